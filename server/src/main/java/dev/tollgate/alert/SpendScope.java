package dev.tollgate.alert;

import dev.tollgate.alert.SpendSource.Spent;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Whose spending is looked at.
 *
 * @param id an id or a name, by its kind
 */
record SpendScope(Kind kind, String id) {
    /** What no shell takes for anything but itself: zsh puts a program's path where a word begins with "=". */
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9._/@:+,][A-Za-z0-9._/@:+=,-]*");

    /** The kinds of scopes: those of budgets, each alone, and what somebody has allowed an app. */
    enum Kind {
        ACCOUNT,
        MEMBER,
        KEY,
        GRANT,
        APP,
        FEATURE,
        PROVIDER,
        MODEL;

        /** As it is stored, and said. */
        String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** Of which a sum is a part; empty if of none. */
        Optional<SpendScope> of(Spent spent) {
            String part = switch (this) {
                case ACCOUNT -> spent.account();
                case MEMBER -> spent.member();
                case KEY -> spent.keyId();
                case GRANT -> spent.grantId();
                case APP -> spent.app();
                case FEATURE -> spent.feature();
                case PROVIDER -> spent.provider();
                case MODEL -> spent.model();
            };
            return part.isEmpty() ? Optional.empty() : Optional.of(new SpendScope(this, part));
        }
    }

    /**
     * What to do about it. Apps, features and their names are callers' own words: whoever pastes the command must run nothing else.
     *
     * @param name by which a budget takes it
     */
    String cure(String name) {
        String word = PLAIN.matcher(name).matches() ? name : "'" + name.replace("'", "'\\''") + "'";
        // A word of its own that begins with "-" would be read as an option, in quotes, too.
        String option = "--" + kind.wireName() + (name.startsWith("-") ? "=" : " ") + word;
        String cap = "set a cap with: tollgate budget set " + option + " --limit USD --window day";
        return switch (kind) {
            case GRANT -> "Look with `tollgate usage --by key,model`; end it with: tollgate person grant revoke " + id;
            case KEY ->
                "Look with `tollgate usage --by key,model`; " + cap + "; or stop it with: tollgate key revoke " + word;
            case ACCOUNT, MEMBER, APP, FEATURE, PROVIDER, MODEL ->
                "Look with `tollgate usage --by " + kind.wireName() + ",key`; " + cap;
        };
    }
}

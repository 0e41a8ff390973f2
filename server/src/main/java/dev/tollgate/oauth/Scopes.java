package dev.tollgate.oauth;

import dev.tollgate.identity.Right;
import dev.tollgate.kernel.Refusal;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What tokens may be for: {@code models:use}, {@code models:use:<alias>}, {@code usage:read}, {@code mcp:…}, {@code admin:*}, OpenID's. */
public final class Scopes {
    /** Every model. */
    public static final String MODELS = Right.MODELS.scope();
    /** One's own usage. */
    public static final String USAGE = Right.USAGE.scope();
    /** Everything that administrators may do. */
    public static final String ADMIN = "admin:*";
    /** OpenID Connect: an ID token. */
    public static final String OPENID = "openid";
    /** Accepted, since clients ask for it; never listed (refresh tokens need no scope here). */
    public static final String OFFLINE = "offline_access";

    /** How the scopes of MCP servers begin. */
    static final String SERVERS = "mcp:";

    /** What a client gets that asks for nothing. */
    public static final List<String> DEFAULT = List.of(MODELS, USAGE);

    /** What metadata lists; others are families of names. */
    static final List<String> LISTED = List.of(MODELS, USAGE, ADMIN, OPENID, "email", "profile");

    private static final Set<String> PLAIN = Set.of(MODELS, USAGE, ADMIN, OPENID, "email", "profile", OFFLINE);
    private static final int MOST = 50;
    private static final int LONGEST = 200;
    private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._/@-]{0,99}";
    private static final Pattern NAMED = Pattern.compile("models:use:" + NAME + "|mcp:" + NAME + "(:" + NAME + ")?");

    private Scopes() {}

    /**
     * What was asked for, without doubles; the default if that is nothing.
     *
     * @throws OAuthRefusal {@code invalid_scope} if one of them is none of ours
     */
    public static List<String> asked(Collection<String> asked) {
        if (asked.isEmpty()) {
            return DEFAULT;
        }
        if (asked.size() > MOST) {
            throw OAuthRefusal.invalidScope("More than " + MOST + " scopes were asked for.");
        }
        for (String scope : asked) {
            boolean known = scope.length() <= LONGEST
                    && (PLAIN.contains(scope) || NAMED.matcher(scope).matches());
            if (!known) {
                throw OAuthRefusal.invalidScope("A scope was asked for that this server does not have; it has "
                        + String.join(" ", LISTED) + " models:use:<alias> mcp:<server> mcp:<server>:<tool>.");
            }
        }
        return List.copyOf(new LinkedHashSet<>(asked));
    }

    /** Whether each of these is among those granted, by itself or as a part of a wider one. */
    public static boolean covers(List<String> granted, Collection<String> asked) {
        return asked.stream().allMatch(scope -> covers(granted, scope));
    }

    /** {@code models:use} includes {@code models:use:fast}, {@code mcp:files} includes {@code mcp:files:read}. */
    public static boolean covers(List<String> granted, String asked) {
        if (granted.contains(asked) || asked.equals(OFFLINE)) {
            return true;
        }
        int last = asked.lastIndexOf(':');
        return last > 0 && NAMED.matcher(asked).matches() && granted.contains(asked.substring(0, last));
    }

    /** All tools of an MCP server; null if no scope can name it. */
    static @Nullable String ofServer(String name) {
        String scope = SERVERS + name;
        return name.indexOf(':') < 0 && NAMED.matcher(scope).matches() ? scope : null;
    }

    /**
     * The narrower scopes.
     *
     * @throws Refusal if they are not
     */
    static List<String> narrowed(List<String> before, List<String> scopes) {
        if (!covers(before, scopes)) {
            throw Refusal.invalid(
                    "An app cannot be given more than it asked for here.", "Let the app ask for it again.");
        }
        return scopes;
    }

    /** What one or the other allows: of a wider and a narrower one, the wider. */
    static List<String> either(List<String> one, List<String> other) {
        Set<String> either = new LinkedHashSet<>();
        one.stream()
                .filter(scope -> other.contains(scope) || !covers(other, scope))
                .forEach(either::add);
        other.stream().filter(scope -> !covers(one, scope)).forEach(either::add);
        return List.copyOf(either);
    }

    /** What both allow: of a wider and a narrower one, the narrower. */
    static List<String> both(List<String> one, List<String> other) {
        Set<String> both = new LinkedHashSet<>();
        one.stream().filter(scope -> covers(other, scope)).forEach(both::add);
        other.stream().filter(scope -> covers(one, scope)).forEach(both::add);
        return List.copyOf(both);
    }

    /**
     * What of these a person can allow, or has a token for: nobody lets a program do what they may not do themselves.
     *
     * @param administers whether the person's role permits {@link #ADMIN}
     */
    static List<String> possible(List<String> scopes, boolean administers) {
        return administers
                ? scopes
                : scopes.stream().filter(scope -> !scope.equals(ADMIN)).toList();
    }

    /** The models that the scopes permit, as globs of their aliases: empty for every model; null for none at all. */
    static @Nullable List<String> modelGlobs(List<String> granted) {
        if (granted.contains(MODELS)) {
            return List.of();
        }
        List<String> aliases = granted.stream()
                .filter(scope -> scope.startsWith(MODELS + ":"))
                .map(scope -> scope.substring(MODELS.length() + 1))
                .toList();
        return aliases.isEmpty() ? null : aliases;
    }

    /** What the scopes let a caller do. */
    static Set<Right> rights(List<String> granted) {
        Set<Right> rights = EnumSet.noneOf(Right.class);
        if (modelGlobs(granted) != null) {
            rights.add(Right.MODELS);
        }
        if (granted.contains(USAGE)) {
            rights.add(Right.USAGE);
        }
        return rights;
    }

    static String joined(Collection<String> scopes) {
        return String.join(" ", scopes);
    }

    static List<String> split(String joined) {
        return joined.isEmpty() ? List.of() : Arrays.asList(joined.split(" "));
    }
}

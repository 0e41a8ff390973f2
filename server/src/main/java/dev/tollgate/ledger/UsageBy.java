package dev.tollgate.ledger;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What usage is summed by. */
public enum UsageBy {
    /** The virtual key, by its id. */
    KEY("key_id", "key_id"),
    /**
     * The person, by their id. Of a key that stands for nobody its name is all that the ledger knows of whoever holds it: keys
     * that bore the same name, one after the other, are one member.
     */
    MEMBER("COALESCE(member, key_name)", "CASE WHEN member = '' THEN key_name ELSE member END"),
    /** Who pays. */
    ACCOUNT("account", "account"),
    /** What the client calls itself. */
    APP("COALESCE(app, '')", "app"),
    /** The label on the call. */
    FEATURE("COALESCE(feature, '')", "feature"),
    PROVIDER("COALESCE(provider, '')", "provider"),
    /** {@code provider/model}. */
    MODEL(
            "COALESCE(provider || '/' || model, '')",
            "CASE WHEN provider = '' THEN '' ELSE provider || '/' || model END"),
    /** Days of UTC. */
    DAY("at / 86400000", "day");

    /** The app or feature of calls whose key has named too many of them. */
    public static final String MANY = LabelAccounts.OTHER;

    private final String ofCall;
    private final String ofDay;

    UsageBy(String ofCall, String ofDay) {
        this.ofCall = ofCall;
        this.ofDay = ofDay;
    }

    /** As it is written: {@code feature}. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The one of that name. */
    public static Optional<UsageBy> of(String wireName) {
        return Arrays.stream(values())
                .filter(by -> by.wireName().equals(wireName))
                .findFirst();
    }

    /** The SQL that says it of a call's row. */
    String ofCall() {
        return ofCall;
    }

    /** The SQL that says it of a row of {@code usage_day}. */
    String ofDay() {
        return ofDay;
    }

    /** For people, where a call has none. */
    String nameOfNone() {
        return switch (this) {
            case FEATURE -> "(no feature)";
            case APP -> "(no app)";
            case PROVIDER, MODEL -> "(not sent)";
            case KEY, MEMBER, ACCOUNT, DAY -> "";
        };
    }
}

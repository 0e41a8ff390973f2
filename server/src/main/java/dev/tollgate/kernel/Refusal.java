package dev.tollgate.kernel;

/**
 * A request that is refused before anything has changed. Its texts are shown to people: no secret may stand in them.
 *
 * <p>A refusal is thrown where a caller several frames up must answer (the admin API, start-up); on the path of a model
 * call, outcomes are sealed values instead.
 */
public final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What went wrong, as the admin API's {@code error.code}. */
    public enum Kind {
        /** The input itself is wrong. */
        INVALID,
        /** What was named does not exist. */
        NOT_FOUND,
        /** It exists already, or something still uses it. */
        CONFLICT,
        /** The caller may not do this. */
        FORBIDDEN,
        /** Something that Tollgate needs is away; the same request may succeed later. */
        UNAVAILABLE
    }

    private final Kind kind;
    private final String cure;

    private Refusal(Kind kind, String message, String cure) {
        // A refusal is an expected outcome: its stack trace helps nobody and costs much.
        super(message, null, false, false);
        this.kind = kind;
        this.cure = cure;
    }

    public static Refusal invalid(String message, String cure) {
        return new Refusal(Kind.INVALID, message, cure);
    }

    public static Refusal notFound(String message, String cure) {
        return new Refusal(Kind.NOT_FOUND, message, cure);
    }

    public static Refusal conflict(String message, String cure) {
        return new Refusal(Kind.CONFLICT, message, cure);
    }

    public static Refusal forbidden(String message, String cure) {
        return new Refusal(Kind.FORBIDDEN, message, cure);
    }

    public static Refusal unavailable(String message, String cure) {
        return new Refusal(Kind.UNAVAILABLE, message, cure);
    }

    public Kind kind() {
        return kind;
    }

    /** What the person can do about it: a sentence, often a command; empty if there is nothing to add. */
    public String cure() {
        return cure;
    }

    /** The message, never null. */
    public String text() {
        String message = getMessage();
        return message == null ? "" : message;
    }
}

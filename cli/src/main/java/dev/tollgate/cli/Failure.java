package dev.tollgate.cli;

import java.util.Objects;

/**
 * An expected failure of a command: one clear line, and what to do about it. Printed by {@link TollgateCli} alone, as
 * text or in the admin API's own error shape.
 */
final class Failure extends RuntimeException {
    static final int REFUSED = 1;
    static final int USAGE = 2;

    private static final long serialVersionUID = 1L;

    private final String code;
    private final String cure;
    private final int exitCode;

    private Failure(String code, String message, String cure, int exitCode) {
        // No stack trace: where in the command line it was thrown helps nobody, and costs start-up.
        super(message, null, false, false);
        this.code = code;
        this.cure = cure;
        this.exitCode = exitCode;
    }

    /** The server or the operation said no: exit code 1. */
    static Failure refused(String code, String message, String cure) {
        return new Failure(code, message, cure, REFUSED);
    }

    /** The command was not given what it needs: exit code 2. */
    static Failure usage(String message, String cure) {
        return new Failure("usage", message, cure, USAGE);
    }

    String message() {
        return Objects.requireNonNullElse(getMessage(), "");
    }

    int exitCode() {
        return exitCode;
    }

    /** For a person, on standard error. */
    String text() {
        String line = "Error: " + Format.plain(message());
        return cure.isEmpty() ? line : line + "\n  " + Format.plain(cure);
    }

    /** The admin API's error shape. */
    Json json() {
        Json.Obj error = Json.object();
        error.fields()
                .put(
                        "error",
                        Json.object()
                                .put("code", code)
                                .put("message", message())
                                .put("cure", cure));
        return error;
    }
}

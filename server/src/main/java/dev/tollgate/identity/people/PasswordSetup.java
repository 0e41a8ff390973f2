package dev.tollgate.identity.people;

/**
 * A password (or only a new authenticator) that is in force once its first code has been given.
 *
 * @param ticket encrypted; for {@link Passwords#confirm}; good for 15 minutes
 * @param provisioningUri {@code otpauth://…} for the authenticator's camera
 * @param secret the same secret in base 32, to be typed
 */
public record PasswordSetup(String ticket, String provisioningUri, String secret) {
    @Override
    public String toString() {
        return "PasswordSetup[hidden]";
    }
}

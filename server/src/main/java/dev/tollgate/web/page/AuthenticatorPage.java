package dev.tollgate.web.page;

/**
 * Sets up the authenticator app that goes with a password.
 *
 * <p>POST {@link Paths#AUTHENTICATOR_CONFIRM} with {@code ticket} and {@code code}.
 *
 * @param ticket stands for what is being set up
 * @param provisioningUri {@code otpauth://totp/…}
 * @param secret in base 32
 */
public record AuthenticatorPage(String ticket, String provisioningUri, String secret, Problems problems)
        implements Page {
    @Override
    public String title() {
        return "Set up your authenticator";
    }

    @Override
    public String template() {
        return "authenticator";
    }

    /** The provisioning URI as a picture, {@code data:image/svg+xml;base64,…}. */
    public String picture() {
        return QrPicture.of(provisioningUri);
    }

    /** The secret in groups of four, as people type it. */
    public String groups() {
        return secret.replaceAll("(.{4})(?=.)", "$1 ");
    }

    /** Nothing: all of it is secret. */
    @Override
    public String toString() {
        return "AuthenticatorPage";
    }
}

package dev.tollgate.web.page;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Where the pages are and where their forms are sent: one list for the templates and for the routes behind them. Names of
 * fields stand with each page. {@code {id}} in a path is a segment that the route names.
 */
public final class Paths {
    public static final String HOME = "/";

    public static final String SIGN_IN = "/sign-in";
    public static final String SIGN_IN_PASSWORD = "/sign-in/password";
    public static final String SIGN_IN_TOTP = "/sign-in/code";
    public static final String SIGN_IN_RECOVERY = "/sign-in/recovery-code";
    public static final String SIGN_IN_NEW_DEVICE = "/sign-in/new-device";
    public static final String SIGN_IN_PASSKEY = "/sign-in/passkey";
    /** POST; answers the JSON of PublicKeyCredentialRequestOptions. */
    public static final String SIGN_IN_PASSKEY_OPTIONS = "/sign-in/passkey/options";
    /** GET, with {@code return_to}. */
    public static final String SIGN_IN_OUTSIDE = "/sign-in/with/{id}";

    public static final String SIGN_OUT = "/sign-out";
    public static final String FIRST_RUN = "/first-run";
    public static final String INVITATION = "/invitation";
    public static final String INVITATION_OUTSIDE = "/invitation/with/{id}";

    public static final String ACCOUNT = "/account";
    public static final String ACCOUNT_NAME = "/account/name";
    public static final String PASSKEYS = "/account/passkeys";
    /** POST; answers the JSON of PublicKeyCredentialCreationOptions. */
    public static final String PASSKEY_OPTIONS = "/account/passkeys/options";

    public static final String PASSKEY_RENAME = "/account/passkeys/{id}/rename";
    public static final String PASSKEY_REMOVE = "/account/passkeys/{id}/remove";
    public static final String PASSWORD = "/account/password";
    public static final String PASSWORD_REMOVE = "/account/password/remove";
    public static final String AUTHENTICATOR = "/account/authenticator";
    public static final String AUTHENTICATOR_CONFIRM = "/account/authenticator/confirm";
    public static final String RECOVERY_CODES = "/account/recovery-codes";
    public static final String OUTSIDE_LINK = "/account/outside/{id}/link";
    public static final String OUTSIDE_UNLINK = "/account/outside/unlink";
    public static final String SESSIONS = "/account/sessions";
    public static final String SESSION_END = "/account/sessions/{id}/end";
    public static final String SESSIONS_END_OTHERS = "/account/sessions/end-others";

    public static final String CONSENT = "/oauth/consent";
    public static final String DEVICE = "/device";
    public static final String DEVICE_CONFIRM = "/device/confirm";
    public static final String ACCESS = "/access";
    public static final String ACCESS_CHANGE = "/access/{id}";
    public static final String ACCESS_REVOKE = "/access/{id}/revoke";

    /** Everything below it is served by {@code Assets}. */
    public static final String ASSETS = "/assets/";

    private Paths() {}

    /** The path with its segment in braces filled in. */
    public static String of(String path, String segment) {
        return path.replace(
                "{id}", URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20"));
    }

    /** The path with one parameter more, or without it if it is null. */
    public static String with(String path, String name, @Nullable String value) {
        if (value == null) {
            return path;
        }
        char join = path.indexOf('?') < 0 ? '?' : '&';
        return path + join + name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8);
    }
}

package dev.tollgate.identity.people;

import java.util.List;
import java.util.Locale;

/** How a session began. */
public enum SignInWay {
    PASSKEY("pop user mfa"),
    PASSWORD_TOTP("pwd otp mfa"),
    PASSWORD_RECOVERY_CODE("pwd otp mfa"),
    /** By an OpenID provider; what it asked for, it alone knows. */
    OUTSIDE(""),
    /** By a link that an administrator gave. */
    INVITATION(""),
    /** By the link that the server shows to whoever starts it. */
    FIRST_RUN("");

    private final String amr;

    SignInWay(String amr) {
        this.amr = amr;
    }

    /** Authentication method references (RFC 8176); empty where none of them fits. */
    public List<String> amr() {
        return Texts.split(amr);
    }

    /** Its name in the store and in JSON: {@code password_totp}. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    static SignInWay of(String wireName) {
        return valueOf(wireName.toUpperCase(Locale.ROOT));
    }
}

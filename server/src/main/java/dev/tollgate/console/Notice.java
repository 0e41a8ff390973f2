package dev.tollgate.console;

import dev.tollgate.web.WebReply;
import dev.tollgate.web.page.Paths;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What has just been done, told on the page that a form leads to. Its address names one of these, never a text. */
enum Notice {
    NAME_CHANGED("Your name is changed."),
    PASSKEY_ADDED("Your passkey is ready."),
    PASSKEY_RENAMED("The passkey has its new name."),
    PASSKEY_REMOVED("The passkey is removed. Delete it on your device too."),
    PASSWORD_CHANGED("Your password is changed, and you are signed out everywhere else."),
    PASSWORD_SET("Your password and your authenticator are in force."),
    PASSWORD_REMOVED("Your password, its authenticator and the recovery codes are removed."),
    CODES_MADE("Your new recovery codes are in force."),
    UNLINKED("That sign-in opens your account no more."),
    SESSION_ENDED("That session has ended."),
    OTHERS_ENDED("All other sessions have ended.");

    static final String PARAMETER = "done";

    private final String text;

    Notice(String text) {
        this.text = text;
    }

    private String wireName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The address of the page that tells it. */
    String at(String path) {
        return Paths.with(path, PARAMETER, wireName());
    }

    /** Goes on to the page that tells it. */
    WebReply on(String path) {
        return WebReply.seeOther(at(path));
    }

    /** What the parameter stands for; null if it stands for nothing. */
    static @Nullable String text(@Nullable String parameter) {
        for (Notice notice : values()) {
            if (notice.wireName().equals(parameter)) {
                return notice.text;
            }
        }
        return null;
    }
}

package dev.tollgate.web.page;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Who asks for access.
 *
 * @param name as the app calls itself
 * @param verified whether an administrator vouches for it and the answer can go to nobody else; the page says so where not
 * @param host where the answer is sent, such as {@code app.example.com}; null if the app runs on a device that has shown a code
 * @param thisComputer whether that is a program on the person's own computer (RFC 8252 section 7)
 */
public record App(String name, boolean verified, @Nullable String host, boolean thisComputer) {
    public App {
        name = Words.name(name);
    }

    /** The letter that stands for the app. */
    public String initial() {
        return name.substring(0, name.offsetByCodePoints(0, 1)).toUpperCase(Locale.ROOT);
    }
}

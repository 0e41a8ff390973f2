package dev.tollgate.web.page;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What goes around every page.
 *
 * @param viewer null if nobody has signed in
 * @param csrf what each form must bring back; null on a page that can have no form
 * @param stylesheet the stylesheet's address
 * @param script the passkeys' script's address
 * @param icon the favicon's address
 * @param now when the page is made
 */
public record Frame(
        @Nullable Viewer viewer, @Nullable String csrf, String stylesheet, String script, String icon, Instant now) {
    /** Without the token. */
    @Override
    public String toString() {
        return "Frame";
    }
}

package dev.tollgate.web.page;

/**
 * Makes the first owner, by the link that the server has printed.
 *
 * <p>POST {@link Paths#FIRST_RUN} with {@code token}, {@code email} and {@code name}.
 *
 * @param token the link's secret
 */
public record FirstRunPage(String token, String email, String name, Problems problems) implements Page {
    @Override
    public String title() {
        return "Welcome to Tollgate";
    }

    @Override
    public String template() {
        return "first-run";
    }

    /** Without the token, which is a secret. */
    @Override
    public String toString() {
        return "FirstRunPage";
    }
}

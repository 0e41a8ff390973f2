package dev.tollgate.web.page;

/**
 * How much an app may spend from now on, and until when.
 *
 * <p>POST {@link Paths#ACCESS_CHANGE} with the fields of {@link Terms}.
 *
 * @param id the grant's
 */
public record ChangeAccessPage(String id, App app, Terms terms, Problems problems) implements Page {
    @Override
    public String title() {
        return "Access of " + app.name();
    }

    @Override
    public String template() {
        return "change-access";
    }
}

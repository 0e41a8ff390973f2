package dev.tollgate.web.page;

import java.util.List;

/**
 * Asks a person whether an app may act for them, for how much and until when.
 *
 * <p>POST {@link Paths#CONSENT} with {@code request}, {@code decision} ({@code allow} or {@code deny}) and the fields of
 * {@link Terms}. Answer with a {@link ContinuePage}: browsers hold redirects of a form to the policy of the page that it
 * stands on.
 *
 * @param request stands for the app's request
 */
public record ConsentPage(String request, App app, List<Permission> permissions, Terms terms, Problems problems)
        implements Page {
    @Override
    public String title() {
        return "Allow " + app.name() + "?";
    }

    @Override
    public String template() {
        return "consent";
    }

    /** Without the request, which may be a secret. */
    @Override
    public String toString() {
        return "ConsentPage[" + app + "]";
    }
}

package dev.tollgate.web.page;

import java.util.Map;

/**
 * Asks once more before something is done, such as signing out because an app asks for it.
 *
 * <p>POST {@code action} with the fields of {@code hidden}.
 *
 * @param action a local path
 * @param danger whether it cannot be undone
 * @param cancel where to go instead
 */
public record ConfirmPage(
        String title,
        String message,
        String action,
        Map<String, String> hidden,
        String button,
        boolean danger,
        Link cancel)
        implements Page {
    @Override
    public String template() {
        return "confirm";
    }
}

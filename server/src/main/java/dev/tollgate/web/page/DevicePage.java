package dev.tollgate.web.page;

/**
 * Asks for the code that a device shows (RFC 8628 section 3.3).
 *
 * <p>POST {@link Paths#DEVICE} with {@code user_code}.
 *
 * @param userCode what came with the link or was typed before; never sent by itself
 */
public record DevicePage(String userCode, Problems problems) implements Page {
    @Override
    public String title() {
        return "Connect a device";
    }

    @Override
    public String template() {
        return "device";
    }

    /** Without the code. */
    @Override
    public String toString() {
        return "DevicePage";
    }
}

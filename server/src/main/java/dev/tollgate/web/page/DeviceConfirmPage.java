package dev.tollgate.web.page;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Asks whether the device that showed the code may act for the person. It names where and when the request was made, since
 * whoever sends somebody else a code hopes that nobody looks (RFC 8628 section 5.4).
 *
 * <p>POST {@link Paths#DEVICE_CONFIRM} with {@code user_code}, {@code decision} ({@code allow} or {@code deny}) and the fields
 * of {@link Terms}.
 *
 * @param userCode as the device shows it
 * @param address the address that the request came from
 * @param place roughly where that is; null if nobody knows
 * @param sameAddress whether the person's browser has the same address
 */
public record DeviceConfirmPage(
        String userCode,
        App app,
        List<Permission> permissions,
        String address,
        @Nullable String place,
        boolean sameAddress,
        Instant requestedAt,
        Terms terms,
        Problems problems)
        implements Page {
    @Override
    public String title() {
        return "Connect " + app.name() + "?";
    }

    @Override
    public String template() {
        return "device-confirm";
    }

    /** Without the code. */
    @Override
    public String toString() {
        return "DeviceConfirmPage[" + app + "]";
    }
}

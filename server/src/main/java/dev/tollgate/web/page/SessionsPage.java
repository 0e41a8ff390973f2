package dev.tollgate.web.page;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a person has signed in.
 *
 * <p>Forms: POST {@link Paths#SESSION_END}; {@link Paths#SESSIONS_END_OTHERS}.
 *
 * @param notice what has just been done
 */
public record SessionsPage(List<Row> sessions, @Nullable String notice) implements Page {
    /**
     * One session.
     *
     * @param device such as {@code Firefox on Linux}
     * @param way how it was begun, such as {@code passkey}
     * @param current whether it is the one that asks
     */
    public record Row(
            String id, String device, String address, String way, Instant createdAt, Instant seenAt, boolean current) {}

    @Override
    public String title() {
        return "Where you are signed in";
    }

    @Override
    public String template() {
        return "sessions";
    }
}

package dev.tollgate.identity.people;

import dev.tollgate.kernel.Ids;
import java.time.Duration;
import java.time.Instant;

/**
 * A browser in which a person is signed in. The cookie's text is not here.
 *
 * @param id {@code ses_…}; no secret
 * @param createdAt when the person proved who they are ({@code auth_time}). A session that goes on in place of another takes
 *     this over; one that stands on a sign-in elsewhere has the time of that ({@link #ELSEWHERE})
 * @param seenAt when it was last used, to the minute
 * @param device what the browser calls itself, in short
 * @param address where the person signed in from
 */
public record Session(
        String id, String personId, Instant createdAt, Instant seenAt, SignInWay way, String device, String address) {
    /** Unused for this long, a session is over. */
    public static final Duration IDLE = Duration.ofHours(12);
    /** So long after the sign-in, a session is over however much it is used. */
    public static final Duration LONGEST = Duration.ofDays(30);
    /**
     * A sign-in elsewhere that is older, or of which nobody says when it was, is taken as one of so long ago: it proves nothing
     * fresh, and the session lasts a day.
     */
    public static final Duration ELSEWHERE = LONGEST.minusDays(1);
    /** For this long after a sign-in the person need not prove again who they are. */
    public static final Duration RECENT = Duration.ofMinutes(10);

    /** When the session began here. */
    public Instant beganAt() {
        return Instant.ofEpochMilli(Ids.epochMillis(id));
    }

    /** When the person last proved who they are. */
    public Instant authenticatedAt() {
        return createdAt;
    }

    /** Whether that was so lately that it will do for what matters most. */
    public boolean recent(Instant now) {
        return now.isBefore(createdAt.plus(RECENT));
    }

    boolean over(Instant now) {
        return !now.isBefore(seenAt.plus(IDLE)) || !now.isBefore(createdAt.plus(LONGEST));
    }
}

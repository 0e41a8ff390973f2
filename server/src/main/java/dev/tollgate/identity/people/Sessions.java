package dev.tollgate.identity.people;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.tollgate.kernel.AuditTrail;
import dev.tollgate.kernel.Ids;
import dev.tollgate.kernel.store.Store;
import dev.tollgate.kernel.store.StoredText;
import dev.tollgate.kernel.store.WriteSession;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The browsers in which people are signed in. The store has a hash of each cookie's text; what has been read of it is
 * remembered for a second at most, and what changes here is seen here at once.
 */
public final class Sessions {
    private static final String PREFIX = "tgs_";
    private static final int SECRET_LENGTH = 32;
    private static final int LENGTH = PREFIX.length() + SECRET_LENGTH;
    private static final int MOST_OF_ONE_PERSON = 50;
    private static final int MOST_REMEMBERED = 50_000;
    private static final long REMEMBERED_MILLIS = 1_000;
    private static final long SEEN_EVERY_MILLIS = Duration.ofMinutes(1).toMillis();
    private static final int LONGEST_ADDRESS = 64;

    /**
     * What was read of a session, and when.
     *
     * @param change how often anything had changed before it was read
     */
    private record Remembered(SignedIn who, long change, long readAtMillis) {}

    /**
     * A session that is to begin: what is random in it is chosen before the write, which may run twice.
     *
     * @param provedAt when the person proved who they are
     */
    record Draft(String id, String cookie, Instant at, Instant provedAt, SignInWay way, Visitor visitor) {
        @Override
        public String toString() {
            return "Draft[id=" + id + "]";
        }
    }

    private final Store store;
    private final AuditTrail audit;
    private final InstantSource clock;
    private final DeviceTokens devices;
    private final Cache<String, Remembered> remembered =
            Caffeine.newBuilder().maximumSize(MOST_REMEMBERED).build();
    /** What was read before a change counts as forgotten, in flight or not. */
    private final AtomicLong changes = new AtomicLong();

    Sessions(Store store, AuditTrail audit, InstantSource clock, DeviceTokens devices) {
        this.store = store;
        this.audit = audit;
        this.clock = clock;
        this.devices = devices;
    }

    /** Whom this cookie stands for; nobody if it is unknown, over, revoked, or its person suspended. */
    public Optional<SignedIn> find(String cookie) {
        if (cookie.length() != LENGTH || !cookie.startsWith(PREFIX)) {
            return Optional.empty();
        }
        Instant now = clock.instant();
        String hash = Texts.hash(cookie);
        SignedIn who = remembered(hash, now.toEpochMilli());
        if (who == null || who.session().over(now)) {
            return Optional.empty();
        }
        return Optional.of(seen(who, hash, now));
    }

    /**
     * A name for the browser, if somebody has signed in with it: whatever is counted by it, nobody elsewhere can use up.
     *
     * @param deviceToken the device cookie's text, if there is one
     * @param cookie the session cookie's text, if there is one
     */
    public Optional<String> browser(@Nullable String deviceToken, @Nullable String cookie) {
        DeviceTokens.Device device = devices.read(deviceToken);
        if (device != null) {
            return Optional.of("device " + device.id());
        }
        return Optional.ofNullable(cookie)
                .flatMap(this::find)
                .map(who -> "session " + who.session().id());
    }

    private @Nullable SignedIn remembered(String hash, long nowMillis) {
        long change = changes.get();
        Remembered kept = remembered.getIfPresent(hash);
        if (kept != null && kept.change == change && nowMillis - kept.readAtMillis < REMEMBERED_MILLIS) {
            return kept.who;
        }
        SignedIn read = store.read(handle -> SessionTable.byHash(handle, hash)).orElse(null);
        if (read == null) {
            remembered.invalidate(hash);
        } else {
            remembered.put(hash, new Remembered(read, change, nowMillis));
        }
        return read;
    }

    /** Notes the use, once a minute: a write for each page would gain nobody anything. */
    private SignedIn seen(SignedIn who, String hash, Instant now) {
        Session session = who.session();
        if (now.toEpochMilli() - session.seenAt().toEpochMilli() < SEEN_EVERY_MILLIS) {
            return who;
        }
        Instant at = now.truncatedTo(ChronoUnit.MILLIS);
        long change = changes.get();
        // Should the store not take it, the next use notes it.
        store.submit(tx -> SessionTable.seen(tx.handle(), session.id(), at.toEpochMilli()), failure -> {});
        Session used = new Session(
                session.id(),
                session.personId(),
                session.createdAt(),
                at,
                session.way(),
                session.device(),
                session.address());
        SignedIn again = new SignedIn(used, who.person());
        remembered
                .asMap()
                .computeIfPresent(
                        hash,
                        (key, kept) -> kept.change == change ? new Remembered(again, change, kept.readAtMillis) : kept);
        return again;
    }

    /** A person's sessions that are not over, the latest used first. */
    public List<Session> of(String personId) {
        Instant now = clock.instant();
        return store.read(handle -> SessionTable.of(handle, personId)).stream()
                .filter(session -> !session.over(now))
                .toList();
    }

    /**
     * Ends one session at once.
     *
     * @return false if the person has no such session
     */
    public boolean end(String personId, String sessionId, Actor actor) {
        boolean ended = store.write(tx -> {
            if (!SessionTable.delete(tx.handle(), personId, sessionId)) {
                return false;
            }
            audit.record(tx, actor.name(), "session.ended", personId, Texts.details("session", sessionId));
            return true;
        });
        changed();
        return ended;
    }

    /** Ends the session of this cookie, if there is one. */
    public void signOut(String cookie) {
        Optional<SignedIn> who = find(cookie);
        if (who.isPresent()) {
            Person person = who.get().person();
            end(person.id(), who.get().session().id(), Actor.of(person));
        }
    }

    /** Ends all of a person's sessions but the one that is in use. */
    public int endOthers(SignedIn who) {
        return endAll(who.person().id(), who.session().id(), Actor.of(who.person()));
    }

    /** Ends all of a person's sessions. */
    public int endAll(String personId, Actor actor) {
        return endAll(personId, "", actor);
    }

    private int endAll(String personId, String except, Actor actor) {
        int ended = store.write(tx -> {
            int deleted = SessionTable.deleteAll(tx.handle(), personId, except);
            if (deleted > 0) {
                audit.record(tx, actor.name(), "session.ended", personId, Texts.details("sessions", deleted));
            }
            return deleted;
        });
        changed();
        return ended;
    }

    /** One that a sign-in begins. */
    Draft draft(SignInWay way, Visitor visitor) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        return draft(now, now, way, visitor);
    }

    /**
     * One that begins by a sign-in elsewhere, and is no fresher than that.
     *
     * @param provedAt {@code null}: nobody says
     */
    Draft draft(SignInWay way, @Nullable Instant provedAt, Visitor visitor) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        Instant oldest = now.minus(Session.ELSEWHERE);
        Instant proved = provedAt == null || provedAt.isBefore(oldest) ? oldest : provedAt;
        return draft(now, proved.isAfter(now) ? now : proved, way, visitor);
    }

    /** One that goes on in place of another: nothing was proved anew. */
    Draft successor(Session former, Visitor visitor) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        return draft(now, former.createdAt(), former.way(), visitor);
    }

    private static Draft draft(Instant at, Instant provedAt, SignInWay way, Visitor visitor) {
        return new Draft(
                Ids.sortable("ses", at.toEpochMilli()), PREFIX + Ids.secret(SECRET_LENGTH), at, provedAt, way, visitor);
    }

    /**
     * Begins a session within a write, in place of the visitor's present one. Whoever calls holds the person's lock, has
     * seen that the person is active, and calls {@link #changed} once it is durable.
     */
    NewSession begin(WriteSession tx, Draft draft, Person person) {
        Visitor visitor = draft.visitor;
        String former = visitor.cookie();
        if (former != null) {
            SessionTable.deleteByHash(tx.handle(), Texts.hash(former));
        }
        SessionTable.deleteOver(tx.handle(), draft.at);
        Session session = new Session(
                draft.id,
                person.id(),
                draft.provedAt,
                draft.at,
                draft.way,
                DeviceNames.of(visitor.userAgent()),
                StoredText.clean(visitor.address(), LONGEST_ADDRESS));
        SessionTable.insert(tx.handle(), session, Texts.hash(draft.cookie));
        SessionTable.deleteBeyond(tx.handle(), person.id(), MOST_OF_ONE_PERSON);
        String details = Texts.details(
                "way", session.way().wireName(),
                "session", session.id(),
                "device", session.device(),
                "address", session.address());
        audit.record(tx, person.id(), "person.signed_in", person.id(), details);
        return new NewSession(session, person, draft.cookie, devices.issue(visitor.deviceToken(), person.id()));
    }

    /** Something about sessions or people has changed and is durable: what was read before counts no more. */
    void changed() {
        changes.incrementAndGet();
    }
}

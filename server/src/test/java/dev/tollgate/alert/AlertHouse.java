package dev.tollgate.alert;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.kernel.Events;
import dev.tollgate.kernel.Notice;
import dev.tollgate.kernel.TextSealer;
import dev.tollgate.kernel.store.DatabaseUrl;
import dev.tollgate.kernel.store.Store;
import dev.tollgate.kernel.store.TestDatabase;
import dev.tollgate.kernel.store.WriteSession;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** The delivery of notices on a real store, with a clock and a web that a test commands. */
final class AlertHouse implements AutoCloseable {
    static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");

    /** What was posted. */
    record Posted(URI url, Map<String, String> headers, String body) {
        String id() {
            return headers.getOrDefault("webhook-id", "");
        }
    }

    /** A clock that stands still until it is moved. */
    static final class Clock implements InstantSource {
        private volatile Instant now = NOON;

        @Override
        public Instant instant() {
            return now;
        }

        void set(Instant instant) {
            now = instant;
        }

        void pass(Duration time) {
            now = now.plus(time);
        }
    }

    private final class ScriptedWeb implements Web {
        @Override
        public URI accept(String typed, boolean near) {
            return URI.create(typed);
        }

        @Override
        public Reply post(URI url, boolean near, Map<String, String> headers, byte[] body) throws IOException {
            posted.add(new Posted(url, headers, new String(body, StandardCharsets.UTF_8)));
            Receiver own = receivers.get(url.getHost().replace(".example.org", ""));
            return own == null ? next() : own.take();
        }

        private Reply next() throws IOException {
            Integer status = replies.poll();
            if (status != null && status < 0) {
                throw new IOException("there was no connection");
            }
            return new Reply(status == null ? 204 : status, retryAfterMillis);
        }
    }

    /** What somebody does to whom something is posted. */
    @FunctionalInterface
    interface Receiver {
        Web.Reply take() throws IOException;
    }

    final List<Posted> posted = new CopyOnWriteArrayList<>();
    /** The next statuses; none: 204; negative: no answer. */
    final Queue<Integer> replies = new ConcurrentLinkedQueue<>();
    /** By the destinations' names: those that do something of their own. */
    final Map<String, Receiver> receivers = new ConcurrentHashMap<>();

    final List<String> audited = new CopyOnWriteArrayList<>();
    final List<Notice> published = new CopyOnWriteArrayList<>();
    /** Of what subject no row is taken. */
    volatile String unaudited = "";

    private final Courier courier;
    final Clock clock = new Clock();
    final DatabaseUrl url;
    long retryAfterMillis;
    Store store;
    Events events;
    NoticeBoard board;
    Destinations destinations;
    DeadLetters dead;
    Sender sender;

    AlertHouse(TestDatabase kind, Path folder) throws SQLException {
        this.url = kind.fresh(folder);
        store = Store.open(url);
        events = new Events();
        board = new NoticeBoard(events, store, this::audit, clock, Duration.ofMillis(5));
        courier = new Courier(new ScriptedWeb(), Optional.empty(), () -> "https://gate.example.org", clock);
        destinations = new Destinations(store, this::audit, SEALER, new ScriptedWeb(), courier, clock);
        dead = new DeadLetters(store, this::audit, clock);
        sender = sender(Sender.PATIENCE);
        events.subscribe(published::add);
        events.subscribeKeeper((tx, notice) -> published.add(notice));
    }

    /** Takes another sealer than {@link #SEALER}. */
    void sealWith(TextSealer sealer) {
        sender.close();
        destinations = new Destinations(store, this::audit, sealer, new ScriptedWeb(), courier, clock);
        sender = sender(Sender.PATIENCE);
    }

    /** As another process would have it; whoever makes one closes it. */
    Sender sender(Duration patience) {
        Marks marks = new Marks(store, this::audit, events, clock, new Random(1));
        return new Sender(store, destinations, courier, marks, clock, patience);
    }

    private void audit(WriteSession tx, String actor, String action, String subject, String detail) {
        if (subject.equals(unaudited)) {
            throw new IllegalStateException("no audit");
        }
        audited.add(String.join(" ", actor, action, subject, detail));
    }

    /** Stands for the vault's, which has tests of its own. */
    static final TextSealer SEALER = new TextSealer() {
        @Override
        public String seal(String place, String clear) {
            return Base64.getEncoder().encodeToString((place + "|" + clear).getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public String open(String place, String sealed) {
            String text = new String(Base64.getDecoder().decode(sealed), StandardCharsets.UTF_8);
            return text.substring(place.length() + 1);
        }
    };

    /** A new webhook's secret. */
    String webhook(String name, String... types) {
        return add(name, List.of(types), List.of(), "", "", "UTC");
    }

    String add(String name, List<String> types, List<String> budgets, String digest, String quiet, String zone) {
        return destinations
                .add(
                        new NewDestination(
                                name,
                                Destination.Kind.WEBHOOK,
                                "https://" + name + ".example.org/hook",
                                List.of(),
                                false,
                                types,
                                budgets,
                                digest,
                                quiet,
                                zone),
                        "owner")
                .signingSecret();
    }

    /** Raises one and waits until it is stored. */
    void raise(String kind, String subject, String message) {
        raise(kind, subject, message, false);
    }

    void raise(String kind, String subject, String message, boolean urgent) {
        events.publish(new Notice(clock.instant(), kind, subject, message, "Do something about " + subject, urgent));
        store.write(tx -> true);
    }

    /** Sends whatever is due, and says what that was. */
    List<Posted> send() {
        int before = posted.size();
        List<Thread> lanes = sender.round();
        while (!lanes.isEmpty()) {
            lanes.forEach(AlertHouse::join);
            lanes = sender.round();
        }
        store.write(tx -> true);
        return List.copyOf(posted.subList(before, posted.size()));
    }

    static void join(Thread lane) {
        try {
            assertTrue(lane.join(Duration.ofSeconds(60)), "a lane that does not end");
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Waits for what another thread brings about. */
    static void await(BooleanSupplier there) {
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!there.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, "it does not come about");
            LockSupport.parkNanos(1_000_000);
        }
    }

    long count(String table, String where) {
        return store.read(handle -> handle.createQuery("SELECT COUNT(*) FROM " + table + " WHERE " + where)
                .mapTo(Long.class)
                .one());
    }

    @Override
    public void close() {
        sender.close();
        board.close();
        store.close();
    }
}

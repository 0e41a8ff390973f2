package dev.tollgate.alert;

import dev.tollgate.catalog.TestDatabase;
import dev.tollgate.kernel.Events;
import dev.tollgate.kernel.Notice;
import dev.tollgate.kernel.TextSealer;
import dev.tollgate.kernel.store.DatabaseUrl;
import dev.tollgate.kernel.store.Store;
import dev.tollgate.kernel.store.WriteSession;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

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
        public synchronized Reply post(URI url, boolean near, Map<String, String> headers, byte[] body)
                throws IOException {
            posted.add(new Posted(url, headers, new String(body, StandardCharsets.UTF_8)));
            Integer status = replies.isEmpty() ? 204 : replies.pop();
            if (status < 0) {
                throw new IOException("there was no connection");
            }
            return new Reply(status, retryAfterMillis);
        }
    }

    final List<Posted> posted = new ArrayList<>();
    /** The next statuses; none: 204; negative: no answer. */
    final Deque<Integer> replies = new ArrayDeque<>();

    final List<String> audited = new ArrayList<>();
    final List<Notice> published = new ArrayList<>();
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
        board = new NoticeBoard(events, store, this::audit, clock);
        Courier courier = new Courier(new ScriptedWeb(), Optional.empty(), () -> "https://gate.example.org", clock);
        destinations = new Destinations(store, this::audit, SEALER, new ScriptedWeb(), courier, clock);
        dead = new DeadLetters(store, this::audit, clock);
        sender = new Sender(store, this::audit, events, destinations, courier, clock, new Random(1));
        events.subscribe(published::add);
    }

    private void audit(WriteSession tx, String actor, String action, String subject, String detail) {
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
        events.publish(new Notice(clock.instant(), kind, subject, message, "Do something about " + subject));
        store.write(tx -> true);
    }

    /** Sends whatever is due, and says what that was. */
    List<Posted> send() {
        int before = posted.size();
        while (sender.round() > 0) {
            // more may be due
        }
        store.write(tx -> true);
        return List.copyOf(posted.subList(before, posted.size()));
    }

    long count(String table, String where) {
        return store.read(handle -> handle.createQuery("SELECT COUNT(*) FROM " + table + " WHERE " + where)
                .mapTo(Long.class)
                .one());
    }

    @Override
    public void close() {
        sender.close();
        store.close();
    }
}

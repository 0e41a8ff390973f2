package dev.tollgate.alert;

import dev.tollgate.kernel.AuditTrail;
import dev.tollgate.kernel.Ids;
import dev.tollgate.kernel.Json;
import dev.tollgate.kernel.Notice;
import dev.tollgate.kernel.Refusal;
import dev.tollgate.kernel.TextSealer;
import dev.tollgate.kernel.store.Store;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** Where notices are sent to: added, listed, tried, removed. Blocking, all of it. */
public final class Destinations {
    /** How long the secret before the present one is signed with, too. */
    public static final Duration ROTATION = Duration.ofDays(1);

    private static final int MOST = 50;

    /**
     * A destination that was added, or whose secret was replaced.
     *
     * @param signingSecret of a webhook, shown this once; empty of the others
     */
    public record Added(Destination destination, String signingSecret) {
        @Override
        public String toString() {
            return "Added[" + destination.name() + "]";
        }
    }

    /**
     * What came of a trial.
     *
     * @param message for people
     */
    public record Trial(boolean ok, String message) {}

    private final Store store;
    private final AuditTrail audit;
    private final TextSealer sealer;
    private final Web web;
    private final Courier courier;
    private final InstantSource clock;

    Destinations(Store store, AuditTrail audit, TextSealer sealer, Web web, Courier courier, InstantSource clock) {
        this.store = store;
        this.audit = audit;
        this.sealer = sealer;
        this.web = web;
        this.courier = courier;
        this.clock = clock;
    }

    /** All of them, by name. */
    public List<Destination> list() {
        return store.read(DestinationRows::all);
    }

    /**
     * Adds one; the notices raised from now on go there.
     *
     * @throws Refusal if anything of it is not good, its name is taken, or its address is not to be called
     */
    public Added add(NewDestination wanted, String actor) {
        DestinationRules.check(wanted);
        Timetable timetable = Timetable.parse(wanted.digest(), wanted.quiet(), wanted.timeZone());
        boolean signed = wanted.kind() == Destination.Kind.WEBHOOK;
        String secret = signed ? WebhookSignature.freshSecret() : "";
        Target target;
        String shown;
        if (wanted.kind() == Destination.Kind.MAIL) {
            refuseWithoutMail();
            target = Target.mail(wanted.mail());
            shown = String.join(", ", wanted.mail());
        } else {
            URI url = web.accept(wanted.address(), wanted.near());
            target = Target.web(url, wanted.near(), signed ? List.of(new Target.Signing(secret, 0)) : List.of());
            shown = DestinationRules.shown(url);
        }
        Destination destination = new Destination(
                Ids.sortable("dst", clock.millis()),
                wanted.name(),
                wanted.kind(),
                shown,
                wanted.types().isEmpty() ? List.of("*") : wanted.types(),
                wanted.budgets(),
                timetable,
                clock.millis(),
                0,
                "");
        store.write(tx -> {
            if (DestinationRows.all(tx.handle()).size() >= MOST) {
                throw Refusal.conflict(
                        "There are " + MOST + " destinations.", "Remove one: tollgate alert remove NAME");
            }
            if (!DestinationRows.insert(tx.handle(), destination, sealer.seal(destination.id(), target.json()))) {
                throw Refusal.conflict(
                        "There is a destination of that name.", "Choose another, or: tollgate alert remove NAME");
            }
            audit.record(tx, actor, "alert.added", destination.name(), detail(destination));
            return true;
        });
        return new Added(destination, secret);
    }

    private void refuseWithoutMail() {
        if (!courier.hasMail()) {
            throw Refusal.conflict(
                    "The gate runs without a mail server.", "Start it with: tollgate serve --smtp … --mail-from …");
        }
    }

    private static String detail(Destination destination) {
        return Json.MAPPER
                .createObjectNode()
                .put("id", destination.id())
                .put("kind", destination.kind().wireName())
                .put("shown", destination.shown())
                .put("types", String.join(" ", destination.types()))
                .toString();
    }

    /**
     * Gives a webhook a new signing secret. The one before it is signed with, too, for {@link #ROTATION}.
     *
     * @throws Refusal if there is no such destination, or it is no webhook
     */
    public Added rotateSecret(String name, String actor) {
        String secret = WebhookSignature.freshSecret();
        long oldUntil = clock.millis() + ROTATION.toMillis();
        Destination destination = store.write(tx -> {
            DestinationRows.Row row = required(DestinationRows.byName(tx.handle(), name));
            Destination found = row.destination();
            if (found.kind() != Destination.Kind.WEBHOOK) {
                throw Refusal.invalid(
                        "Only webhooks are signed.",
                        "Another address for Slack is another destination: tollgate alert add");
            }
            Target rotated = open(row).rotated(secret, oldUntil);
            String sealed = sealer.seal(found.id(), rotated.json());
            if (!DestinationRows.reseal(tx.handle(), found.id(), row.sealed(), sealed)) {
                throw Refusal.conflict("Somebody else has changed the destination just now.", "Try again.");
            }
            audit.record(tx, actor, "alert.secret_rotated", found.name(), detail(found));
            return found;
        });
        return new Added(destination, secret);
    }

    /**
     * Sends a message at once, beside the queue and whatever the hour. One that was out of use is in use again if it took it.
     *
     * @throws Refusal if there is no such destination
     */
    public Trial test(String name, String actor) {
        DestinationRows.Row row = required(store.read(handle -> DestinationRows.byName(handle, name)));
        Destination destination = row.destination();
        Notice notice = new Notice(
                clock.instant(),
                "alert.test",
                destination.name(),
                "This is a test of the destination " + destination.name() + ".",
                "Nothing is to be done.");
        long now = clock.millis();
        Message message = new Message(
                Ids.sortable("msg", now),
                destination.id(),
                true,
                1,
                List.of(new KeptNotice(Ids.sortable("ntc", now), notice)));
        Outcome outcome = courier.deliver(destination.kind(), open(row), message);
        store.write(tx -> {
            if (outcome instanceof Outcome.Delivered && DestinationRows.enable(tx.handle(), destination.id())) {
                audit.record(tx, actor, "alert.enabled", destination.name(), detail(destination));
            }
            audit.record(tx, actor, "alert.tested", destination.name(), detail(destination));
            return true;
        });
        return switch (outcome) {
            case Outcome.Delivered delivered -> new Trial(true, "It took the message.");
            case Outcome.Failed(String error, long retryAfter) ->
                new Trial(false, "It did not take the message: " + error + ".");
            case Outcome.Gone gone -> new Trial(false, "It wants no messages (410).");
        };
    }

    /**
     * Removes one, with what waits for it and what it did not take.
     *
     * @throws Refusal if there is no such destination
     */
    public void remove(String name, String actor) {
        store.write(tx -> {
            Destination destination =
                    required(DestinationRows.byName(tx.handle(), name)).destination();
            MessageRows.deleteAll(tx.handle(), destination.id());
            DestinationRows.delete(tx.handle(), destination.id());
            audit.record(tx, actor, "alert.removed", destination.name(), detail(destination));
            return true;
        });
    }

    /** What is secret of it. */
    Target open(DestinationRows.Row row) {
        return Target.read(sealer.open(row.destination().id(), row.sealed()));
    }

    private static DestinationRows.Row required(Optional<DestinationRows.Row> row) {
        // The name is not repeated: where a name is asked for, people paste addresses.
        return row.orElseThrow(
                () -> Refusal.notFound("There is no such destination.", "See the names with: tollgate alert list"));
    }
}

package dev.tollgate.alert;

import dev.tollgate.kernel.AuditTrail;
import dev.tollgate.kernel.Events;
import dev.tollgate.kernel.SealedColumn;
import dev.tollgate.kernel.TextSealer;
import dev.tollgate.kernel.store.Store;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;

/** The delivery of notices, at work: what {@link NoticeBoard} has queued is sent, and spending is looked at. */
public final class Alerts implements AutoCloseable {
    /** Where the addresses and signing secrets of destinations are. */
    public static final SealedColumn SEALED =
            new SealedColumn("alert destinations", "alert_destination", "id", "sealed");

    private final Destinations destinations;
    private final DeadLetters deadLetters;
    private final Sender sender;
    private final SpendWatch spending;

    private Alerts(Destinations destinations, DeadLetters deadLetters, Sender sender, SpendWatch spending) {
        this.destinations = destinations;
        this.deadLetters = deadLetters;
        this.sender = sender;
        this.spending = spending;
    }

    /**
     * Begins to send.
     *
     * @param sealer of {@link #SEALED}
     * @param mail empty where the gate has no mail server
     * @param gateUrl where people reach the gate
     */
    public static Alerts start(
            Store store,
            AuditTrail audit,
            Events events,
            TextSealer sealer,
            Web web,
            Optional<SmtpMail> mail,
            Supplier<String> gateUrl,
            SpendSource source,
            InstantSource clock) {
        Courier courier = new Courier(web, mail, gateUrl, clock);
        Destinations destinations = new Destinations(store, audit, sealer, web, courier, clock);
        Marks marks = new Marks(store, audit, events, clock, new SecureRandom());
        Sender sender = new Sender(store, destinations, courier, marks, clock, Sender.PATIENCE);
        SpendWatch spending = new SpendWatch(store, events, source, clock);
        sender.start();
        spending.start();
        return new Alerts(destinations, new DeadLetters(store, audit, clock), sender, spending);
    }

    /** Where notices are sent to. */
    public Destinations destinations() {
        return destinations;
    }

    /** The messages that were given up. */
    public DeadLetters deadLetters() {
        return deadLetters;
    }

    @Override
    public void close() {
        spending.close();
        sender.close();
    }
}

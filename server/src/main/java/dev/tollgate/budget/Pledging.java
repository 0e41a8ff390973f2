package dev.tollgate.budget;

import dev.tollgate.kernel.Refusal;
import dev.tollgate.kernel.store.Store;
import dev.tollgate.kernel.store.StoreUnavailable;
import dev.tollgate.kernel.store.WriteSession;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Holds one pledge's amount in the store itself, out of what this node has at hand, too. */
final class Pledging implements Till.Errand {
    private static final Logger LOG = LoggerFactory.getLogger(Pledging.class);

    private static final Duration DEADLINE = Duration.ofSeconds(10);

    private final Purses purses;
    private final String requestId;
    private final Hold hold;
    private final Store.Unit note;
    private final Store.Unit undo;
    private final Map<Slice, Long> atHand = new HashMap<>();
    private final CompletableFuture<Draw.Outcome> told;
    private @Nullable Drawing drawing;

    Pledging(Purses purses, String requestId, Hold hold, Store.Unit note, Store.Unit undo) {
        this(purses, requestId, hold, note, undo, DEADLINE);
    }

    /** @param deadline after which the call is refused, whatever the store does with it later */
    Pledging(Purses purses, String requestId, Hold hold, Store.Unit note, Store.Unit undo, Duration deadline) {
        this.purses = purses;
        this.requestId = requestId;
        this.hold = hold;
        this.note = note;
        this.undo = undo;
        this.told = new CompletableFuture<Draw.Outcome>()
                .completeOnTimeout(new Draw.Outcome.StoreAway(), deadline.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * Blocking.
     *
     * @return why the call must not be sent; empty if it may
     * @throws Refusal whatever the note refused with; nothing has then changed
     * @throws StoreUnavailable if the store did not take it, or nobody knows whether it did
     */
    Optional<ReservationResult> run() {
        purses.till().enter(this);
        try {
            return switch (told.join()) {
                case Draw.Outcome.Held held -> Optional.empty();
                case Draw.Outcome.Lacking(Hold.Part(Purse purse, Slice slice), long left, long spent) ->
                    Optional.of(new ReservationResult.Exhausted(purse.budget(), left, spent, slice.endMillis()));
                case Draw.Outcome.StoreAway away ->
                    Optional.of(new ReservationResult.Refused(ReservationResult.Reason.STORE_AWAY));
            };
        } catch (CompletionException e) {
            if (e.getCause() instanceof StoreUnavailable failure) {
                throw failure.getCause() instanceof Refusal refusal ? refusal : failure;
            }
            throw e;
        }
    }

    /** What this node has at hand must not stand in the way. */
    @Override
    public boolean begin() {
        if (told.isDone()) {
            return false;
        }
        for (Hold.Part part : hold.parts()) {
            Slice slice = part.slice();
            atHand.put(slice, slice.isForfeited() ? 0 : slice.takeAll()); // what was freed is others' already
        }
        return true;
    }

    @Override
    public void write(WriteSession tx) throws Exception {
        for (Hold.Part part : hold.parts()) {
            purses.rows().giveBack(tx, part.slice().key(), atHand.getOrDefault(part.slice(), 0L));
        }
        Drawing drawn = purses.rows().draw(tx, List.of(hold), slice -> 0, slice -> 0);
        drawing = drawn;
        if (drawn.outcomes().getFirst() instanceof Draw.Outcome.Held) {
            for (Hold.Part part : hold.parts()) {
                purses.rows().pledge(tx, requestId, part.slice().key(), hold.amountNanoUsd());
            }
            note.run(tx);
        }
    }

    /** Where whoever waited has been told already that it must not be sent, nothing stays held for it. */
    @Override
    public void kept() {
        Drawing drawn = Objects.requireNonNull(drawing, "kept before it was written");
        atHand.keySet().forEach(purses::emptied);
        drawn.accounts().forEach(account -> purses.seen(account.part(), account.spent()));
        Draw.Outcome outcome = drawn.outcomes().getFirst();
        if (!told.complete(outcome) && outcome instanceof Draw.Outcome.Held) {
            purses.till().enter(new Undoing(requestId, undo));
        }
    }

    @Override
    public void refused(StoreUnavailable failure) {
        atHand.forEach(purses::release);
        told.completeExceptionally(failure);
    }

    /** Whoever waits hears of it at once. */
    @Override
    public void unsure(StoreUnavailable failure) {
        told.completeExceptionally(failure);
    }

    private record Undoing(String requestId, Store.Unit undo) implements Till.Errand {
        @Override
        public boolean begin() {
            return true;
        }

        @Override
        public void write(WriteSession tx) throws Exception {
            undo.run(tx);
        }

        @Override
        public void refused(StoreUnavailable failure) {
            LOG.error("What is held for {}, which was not sent, could not be freed", requestId, failure);
        }
    }
}

package dev.tollgate.budget;

import dev.tollgate.kernel.store.StoreUnavailable;
import dev.tollgate.kernel.store.WriteSession;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The calls whose slices have run dry. All that wait go to the store together, in the order in which they came, and take nothing while
 * it is asked: a call that cannot be paid keeps nothing from those that can.
 */
final class Draws {
    private static final int MOST_TOGETHER = 1_000;
    /** A call that needs what is at hand may find it taken by quicker ones, and asks again. */
    private static final int ROUNDS = 20;
    /** A call that has waited so long is refused: its client is better served by a clear word than by patience. */
    private static final long DEADLINE_NANOS = TimeUnit.SECONDS.toNanos(3);

    private final Purses purses;
    private final SliceRows rows;
    private final Till till;
    private final Returns returns;
    private final LongSupplier nanos;
    private final Queue<Draw> waiting = new ConcurrentLinkedQueue<>();
    /** Those that the store is being asked for; changed by whoever has the till's turn. */
    private volatile List<Draw> asking = List.of();

    private final AtomicBoolean called = new AtomicBoolean();

    /** @param nanos a clock that never jumps, as {@link System#nanoTime} */
    Draws(Purses purses, SliceRows rows, Till till, Returns returns, LongSupplier nanos) {
        this.purses = purses;
        this.rows = rows;
        this.till = till;
        this.returns = returns;
        this.nanos = nanos;
    }

    void add(Hold hold, Consumer<Draw.Outcome> then) {
        waiting.add(new Draw(hold, then, nanos.getAsLong()));
        call();
    }

    private void call() {
        if (called.compareAndSet(false, true)) {
            till.enter(new Batch());
        }
    }

    /** Refuses those that have waited for too long. */
    void tend(long nowNanos) {
        refuseOld(asking, nowNanos);
        refuseOld(waiting, nowNanos);
        waiting.removeIf(Draw::isOver);
    }

    private static void refuseOld(Iterable<Draw> draws, long nowNanos) {
        for (Draw draw : draws) {
            if (draw.isOlder(DEADLINE_NANOS, nowNanos)) {
                draw.refuse(new Draw.Outcome.StoreAway());
            }
        }
    }

    /** Those that wait at one moment. */
    private final class Batch implements Till.Errand {
        private List<Draw> draws = List.of();
        private Map<Slice, Long> ahead = Map.of();
        private @Nullable Drawing drawing;

        @Override
        public boolean begin() {
            called.set(false); // who comes from now on calls again
            List<Draw> taken = new ArrayList<>();
            for (Draw draw = waiting.poll(); draw != null; draw = waiting.poll()) {
                if (!paidFromMemory(draw)) {
                    taken.add(draw);
                }
                if (taken.size() == MOST_TOGETHER) {
                    call();
                    break;
                }
            }
            draws = taken;
            asking = taken;
            ahead = ahead(taken);
            return !taken.isEmpty();
        }

        /** Others may have given back meanwhile what it needs. */
        private boolean paidFromMemory(Draw draw) {
            boolean gone =
                    draw.hold().parts().stream().anyMatch(part -> part.slice().isForfeited());
            if (gone) {
                draw.refuse(new Draw.Outcome.StoreAway());
                return true;
            }
            if (!draw.claim()) {
                return true;
            }
            if (purses.take(draw.hold())) {
                draw.held();
                return true;
            }
            draw.unclaim();
            return false;
        }

        private Map<Slice, Long> ahead(List<Draw> draws) {
            Map<Slice, Long> needed = new HashMap<>();
            for (Draw draw : draws) {
                for (Hold.Part part : draw.hold().parts()) {
                    needed.merge(part.slice(), draw.hold().amountNanoUsd(), Math::max);
                }
            }
            long now = nanos.getAsLong();
            needed.replaceAll((slice, amount) -> slice.free() < amount ? slice.ahead(amount, now) : 0);
            return needed;
        }

        @Override
        public void write(WriteSession tx) throws SQLException {
            List<Hold> holds = draws.stream().map(Draw::hold).toList();
            drawing = rows.draw(tx, holds, Slice::atHand, slice -> ahead.getOrDefault(slice, 0L));
        }

        @Override
        public void kept() {
            Drawing drawn = drawing;
            if (drawn == null) {
                throw new IllegalStateException("kept before it was written");
            }
            asking = List.of();
            pool(drawn);
            List<Draw> paid = new ArrayList<>();
            for (int i = 0; i < draws.size(); i++) {
                Draw draw = draws.get(i);
                switch (drawn.outcomes().get(i)) {
                    case Draw.Outcome.Held held -> {
                        if (draw.claim()) {
                            paid.add(draw);
                        }
                    }
                    case Draw.Outcome.Lacking lacking -> draw.refuse(lacking);
                    case Draw.Outcome.StoreAway away -> draw.refuse(away);
                }
            }
            if (taken(drawn, paid)) {
                paid.forEach(Draw::held);
            } else {
                paid.forEach(this::again);
            }
            long now = nanos.getAsLong();
            for (Drawing.Account account : drawn.accounts()) {
                purses.seen(account.part(), account.spent());
                if (account.drawn() > 0) {
                    account.part().slice().drew(account.drawn(), account.small(), now);
                }
            }
        }

        /** Crumbs at several nodes may together be enough for a call: where a window lacks, they go back before that is said. */
        private void pool(Drawing drawn) {
            for (Draw.Outcome outcome : drawn.outcomes()) {
                // A debt stays here, to be covered by what comes back to this node.
                if (outcome instanceof Draw.Outcome.Lacking lacking
                        && lacking.part().slice().free() > 0) {
                    returns.add(lacking.part().slice());
                }
            }
        }

        /** What was granted reaches the slices, without what the calls that it was granted for take of it: nobody can be quicker. */
        private boolean taken(Drawing drawn, List<Draw> paid) {
            Map<Slice, Long> net = new HashMap<>();
            for (Drawing.Account account : drawn.accounts()) {
                net.merge(account.part().slice(), account.drawn(), Long::sum);
            }
            for (Draw draw : paid) {
                draw.hold()
                        .parts()
                        .forEach(part -> net.merge(part.slice(), -draw.hold().amountNanoUsd(), Long::sum));
            }
            List<Slice> less = net.keySet().stream()
                    .filter(slice -> net.getOrDefault(slice, 0L) < 0)
                    .toList();
            for (int i = 0; i < less.size(); i++) {
                // Beside what was granted these calls need what was at hand; it may have been taken meanwhile.
                if (!less.get(i).take(-net.getOrDefault(less.get(i), 0L))) {
                    less.subList(0, i).forEach(slice -> slice.give(-net.getOrDefault(slice, 0L)));
                    drawn.accounts().forEach(account -> purses.granted(account.part(), account.drawn()));
                    return false;
                }
            }
            for (Drawing.Account account : drawn.accounts()) {
                purses.granted(
                        account.part(),
                        Math.max(0, net.getOrDefault(account.part().slice(), 0L)));
            }
            return true;
        }

        private void again(Draw draw) {
            draw.unclaim();
            if (draw.nextRound() < ROUNDS) {
                waiting.add(draw);
                call();
            } else {
                Hold.Part part = draw.hold().parts().getFirst();
                draw.refuse(new Draw.Outcome.Lacking(
                        part, Math.max(0, part.slice().atHand()), part.slice().spent()));
            }
        }

        @Override
        public void refused(StoreUnavailable failure) {
            asking = List.of();
            draws.forEach(draw -> draw.refuse(new Draw.Outcome.StoreAway()));
        }
    }
}

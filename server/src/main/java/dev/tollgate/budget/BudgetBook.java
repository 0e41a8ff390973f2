package dev.tollgate.budget;

import dev.tollgate.kernel.AuditTrail;
import dev.tollgate.kernel.Ids;
import dev.tollgate.kernel.Json;
import dev.tollgate.kernel.Money;
import dev.tollgate.kernel.Refusal;
import dev.tollgate.kernel.store.Store;
import dev.tollgate.kernel.store.StoredText;
import dev.tollgate.ledger.CallRecord;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Budgets as operators set them. Everything here blocks. */
public final class BudgetBook {
    /** A billion dollars. */
    private static final long MOST_NANO_USD = 1_000_000_000_000_000_000L;

    private static final int MOST_THRESHOLDS = 10;
    private static final int MOST_ID = 64;
    /** A node that lives tells so several times within that; what clocks differ is in it. */
    static final Duration SILENT = Duration.ofMinutes(2);

    private final Store store;
    private final AuditTrail audit;
    private final InstantSource clock;
    private final Purses purses;
    /** The purses follow the store in the order of the commits. */
    private final ReentrantLock changing = new ReentrantLock();

    public BudgetBook(Store store, AuditTrail audit, InstantSource clock, Purses purses) {
        this.store = store;
        this.audit = audit;
        this.clock = clock;
        this.purses = purses;
    }

    /**
     * How a budget stands in its present window.
     *
     * @param spentNanoUsd by calls that are settled
     * @param heldNanoUsd what else is not to be had: calls in flight, and what nodes keep at hand of it
     * @param startsAt when the window began; null where it never begins anew
     * @param resetsAt when the next window begins; null if never
     */
    public record Status(
            Budget budget,
            long spentNanoUsd,
            long heldNanoUsd,
            @Nullable Instant startsAt,
            @Nullable Instant resetsAt) {
        /** What new calls may still spend. */
        public long leftNanoUsd() {
            return Math.max(0, budget.limitNanoUsd() - spentNanoUsd - heldNanoUsd);
        }
    }

    /**
     * Makes a budget, or changes the limit, the thresholds with their actions and the rule for unpriced models of the one that has
     * the same scope and window. It holds for every call that comes to this node after this returns; on others {@link LimitNews} tells.
     *
     * @param wanted its id and its time of making are not looked at
     * @return as it is now in force
     * @throws Refusal if it is not well formed, or the same scope has that window in another time zone
     */
    public Budget set(Budget wanted, String actor) {
        require(wanted);
        changing.lock();
        try {
            InForce set = store.write(tx -> {
                Optional<Budget> there = BudgetRows.find(tx.handle(), wanted.scope(), wanted.window());
                Budget result = there.map(budget -> changed(budget, wanted)).orElseGet(() -> made(wanted));
                long start = result.window().startMillis(clock.millis(), result.zone());
                long spent =
                        BudgetRows.standing(tx.handle(), result.id(), start).spentNanoUsd();
                long change = LimitRows.nextChange(tx.handle());
                if (there.isPresent()) {
                    BudgetRows.update(tx.handle(), result, change);
                    if (there.get().limitNanoUsd() != result.limitNanoUsd()) {
                        Thresholds.forget(tx, result, start, spent);
                    }
                } else {
                    BudgetRows.insert(tx.handle(), result, change);
                }
                audit.record(
                        tx,
                        actor,
                        there.isPresent() ? "budget.changed" : "budget.created",
                        result.id(),
                        describe(result));
                return new InForce(result, new Slice.Key(result.id(), start), spent);
            });
            purses.put(set.budget);
            purses.spent(set.window, 0, set.spentNanoUsd); // others may have spent more than is known here
            return set.budget;
        } finally {
            changing.unlock();
        }
    }

    /**
     * A budget that has been set.
     *
     * @param window that has begun
     * @param spentNanoUsd of that by all nodes, in nano-US-dollars
     */
    private record InForce(Budget budget, Slice.Key window, long spentNanoUsd) {}

    private static void require(Budget wanted) {
        if (wanted.limitNanoUsd() > MOST_NANO_USD) {
            throw Refusal.invalid("A limit is a billion dollars at most.", "Give a smaller one.");
        }
        List<Integer> percentages = wanted.percentages();
        boolean wrong = percentages.size() > MOST_THRESHOLDS
                || percentages.stream().anyMatch(percent -> percent < 1 || percent > 100)
                || !percentages.equals(percentages.stream().sorted().distinct().toList());
        if (wrong) {
            throw Refusal.invalid(
                    "Thresholds are whole percentages from 1 to 100, ascending, ten at most.",
                    "Give them such as 70,90,100.");
        }
        if (wanted.acts() && wanted.window() == Window.REQUEST) {
            throw Refusal.invalid(
                    "A budget of the window request is spent by one call: there is nothing to do at a part of it.",
                    "Give its thresholds without actions, or a longer window.");
        }
        if (wanted.thresholds().stream().anyMatch(threshold -> threshold.isAll() && threshold.acts())) {
            throw Refusal.invalid(
                    "At 100 % every call is refused: no other action can follow.",
                    "Give the action at a smaller percentage, such as 95:cheaper.");
        }
    }

    private Budget made(Budget wanted) {
        long now = clock.millis();
        return new Budget(
                Ids.sortable("bud", now),
                wanted.scope(),
                wanted.keyName(),
                wanted.memberEmail(),
                wanted.limitNanoUsd(),
                wanted.window(),
                wanted.zone(),
                wanted.thresholds(),
                wanted.unpriced(),
                now);
    }

    private static Budget changed(Budget there, Budget wanted) {
        if (!there.zone().equals(wanted.zone())) {
            throw Refusal.conflict(
                    "The same scope has a budget for that window in the time zone " + there.zone()
                            + ", and the two windows would overlap.",
                    "Remove it first: ./tollgate budget remove " + there.id());
        }
        return new Budget(
                there.id(),
                there.scope(),
                there.keyName(),
                there.memberEmail(),
                wanted.limitNanoUsd(),
                there.window(),
                there.zone(),
                wanted.thresholds(),
                wanted.unpriced(),
                there.createdAtMillis());
    }

    /**
     * Ends a budget; calls that come to this node after this returns are not held to it.
     *
     * @throws Refusal if there is none of that id
     */
    public Budget remove(String id, String actor) {
        changing.lock();
        try {
            Budget removed = store.write(tx -> {
                Budget budget = BudgetRows.find(tx.handle(), id).orElseThrow(BudgetBook::unknown);
                BudgetRows.remove(tx.handle(), id, clock.millis(), LimitRows.nextChange(tx.handle()));
                audit.record(tx, actor, "budget.removed", id, describe(budget));
                return budget;
            });
            purses.remove(id);
            return removed;
        } finally {
            changing.unlock();
        }
    }

    /** Takes into force what was changed after that number, on whichever node. */
    void catchUp(long change) {
        changing.lock();
        try {
            for (BudgetRows.Changed each : store.read(handle -> BudgetRows.changedAfter(handle, change))) {
                if (each.removed()) {
                    purses.remove(each.budget().id());
                } else {
                    purses.put(each.budget());
                    coverDebts(each.budget());
                }
            }
        } finally {
            changing.unlock();
        }
    }

    /** What this node has at hand of a window that owes goes to the store, where all of it counts. */
    private void coverDebts(Budget budget) {
        Slice present = purses.present(budget.id());
        if (present != null && store.read(handle -> Overgrants.isOver(handle, present.key()))) {
            purses.giveUp(present.key());
        }
    }

    private static Refusal unknown() {
        return Refusal.notFound("There is no such budget.", "List them: ./tollgate budget list");
    }

    /**
     * Those in force, in the order in which they were made; the store is asked as often for many as for one.
     *
     * @param afterId the last of the page before; empty for the first page
     * @param most some thousand at most
     */
    public List<Status> list(String afterId, int most) {
        long now = clock.millis();
        return store.read(handle -> page(handle, afterId, most, now));
    }

    List<Status> page(Handle handle, String afterId, int most, long now) {
        List<Budget> budgets = BudgetRows.inForce(handle, StoredText.clean(afterId, MOST_ID), most);
        Map<String, Long> starts = new HashMap<>();
        budgets.forEach(budget -> starts.put(budget.id(), startMillis(budget, now)));
        Map<String, BudgetRows.Standing> standings = BudgetRows.standings(handle, starts);
        return budgets.stream()
                .map(budget -> status(budget, standings.getOrDefault(budget.id(), BudgetRows.Standing.UNTOUCHED), now))
                .toList();
    }

    private static long startMillis(Budget budget, long now) {
        return budget.window().startMillis(now, budget.zone());
    }

    /**
     * One that is in force.
     *
     * @throws Refusal if there is none of that id
     */
    public Status show(String id) {
        return status(store.read(handle -> BudgetRows.find(handle, id)).orElseThrow(BudgetBook::unknown));
    }

    public boolean isInForce(String id) {
        return id.equals(StoredText.clean(id, MOST_ID))
                && store.read(handle -> BudgetRows.find(handle, id)).isPresent();
    }

    /** The one of that very scope and window, if it is in force. */
    public Optional<Status> find(Scope scope, Window window) {
        return store.read(handle -> BudgetRows.find(handle, scope, window)).map(this::status);
    }

    private Status status(Budget budget) {
        long now = clock.millis();
        long start = startMillis(budget, now);
        return status(budget, store.read(handle -> BudgetRows.standing(handle, budget.id(), start)), now);
    }

    private Status status(Budget budget, BudgetRows.Standing standing, long now) {
        long start = startMillis(budget, now);
        long end = budget.window().endMillis(start, budget.zone());
        Slice here = purses.present(budget.id());
        long atHand = here == null || here.key().startMillis() != start ? 0 : here.free();
        return new Status(
                budget,
                standing.spentNanoUsd(),
                Math.max(0, standing.grantedNanoUsd() - standing.spentNanoUsd() - atHand),
                start == 0 ? null : Instant.ofEpochMilli(start),
                end == Long.MAX_VALUE ? null : Instant.ofEpochMilli(end));
    }

    /**
     * Those still in force that a settled call was paid from, in the order in which they were made.
     *
     * @param differenceNanoUsd by how much more it turned out to have cost when it was resolved, in nano-US-dollars; else 0
     */
    public List<Charged> charged(CallRecord call, long differenceNanoUsd) {
        return purses.spending().charged(call, differenceNanoUsd);
    }

    /**
     * Frees what a node was granted of all budgets and has not spent: for one whose home is lost, so that it can never tell what its
     * calls in flight cost. Should it live all the same, it may spend nothing of that any more once it hears of it. Where that ends half
     * way, it goes on when it is asked for again.
     *
     * @return how much that was, in nano-US-dollars
     * @throws Refusal if there is no such node, or it lives
     */
    public long free(String node, String actor) {
        if (node.equals(purses.node())) {
            throw Refusal.conflict(
                    "That is this gate itself.", "It gives back by itself what nobody spends: nothing is to be done.");
        }
        return new FreeingNode(store, audit, clock, node, actor).run();
    }

    private static String describe(Budget budget) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("account", budget.scope().account());
        fields.put("member", budget.scope().member());
        fields.put("app", budget.scope().app());
        fields.put("feature", budget.scope().feature());
        fields.put("key", budget.scope().keyId());
        fields.put("provider", budget.scope().provider());
        fields.put("model", budget.scope().model());
        fields.put("limit_usd", Money.formatUsd(budget.limitNanoUsd()));
        fields.put("window", budget.window().wireName());
        fields.put("time_zone", budget.zone().getId());
        fields.put("thresholds", budget.percentages());
        fields.put("actions", budget.actions());
        fields.put("unpriced", budget.unpriced());
        return Json.MAPPER.writeValueAsString(fields);
    }
}

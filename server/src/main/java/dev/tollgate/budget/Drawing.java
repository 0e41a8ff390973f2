package dev.tollgate.budget;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/**
 * What the store can give to calls whose slices have run dry, worked out within its transaction: call by call in their order, each
 * wholly or not at all. It changes nothing in memory, for a transaction may be repeated.
 */
final class Drawing {
    /** A draw is for so many times what the calls that wait need: however seldom more of them come, few have to wait. */
    private static final int CALLS_AHEAD = 50;
    /** But a hundredth of what is left at most. */
    private static final int QUIET_SHARE = 100;
    /** A slice that is soon used up is granted more: a quarter of what is left at most, so that near the limit all nodes get something. */
    private static final int BUSY_SHARE = 4;
    /** Two draws of a quiet slice, which has something left at the second one, are small: they may be kept for a while. */
    private static final int SMALL_SHARE = QUIET_SHARE / 2;

    /** What all nodes may still be granted of a window. */
    private static final class Pot {
        final long atFirst;
        final long spent;
        long left;

        Pot(SliceRows.Seen seen) {
            atFirst = seen.left();
            left = atFirst;
            spent = seen.spent();
        }
    }

    /** A slice as it would be in memory once the transaction is durable. */
    static final class Account {
        private final Hold.Part part;
        private final Pot pot;
        private long free;
        private long drawn;

        private Account(Hold.Part part, Pot pot, long free) {
            this.part = part;
            this.pot = pot;
            this.free = free;
        }

        Hold.Part part() {
            return part;
        }

        /** What the store grants it, in nano-US-dollars. */
        long drawn() {
            return drawn;
        }

        /** Of the window, by all nodes, as far as is known: this one's settlements may not be posted yet. */
        long spent() {
            return Math.max(pot.spent, part.slice().spent());
        }

        /** What is small beside what was left of the window. */
        long small() {
            return pot.atFirst / SMALL_SHARE;
        }

        private long most() {
            return Math.max(0, free + pot.left);
        }

        /** Leaves what is at hand to the calls that need not wait, where the store has enough; a debt is covered first. */
        private void pay(long amount) {
            if (free < amount) {
                draw(free > 0 && pot.left >= amount ? amount : amount - free);
            }
            free -= amount;
        }

        private void draw(long amount) {
            pot.left -= amount;
            drawn += amount;
            free += amount;
        }
    }

    /** Reads a window from the store. */
    @FunctionalInterface
    interface Look {
        SliceRows.Seen at(Slice.Key key) throws SQLException;
    }

    private final Look look;
    private final ToLongFunction<Slice> atHand;
    private final Map<Slice.Key, Pot> pots = new HashMap<>();
    /** In the order of the slices' keys; two slices of one key where a limit has been changed. */
    private final Map<Slice.Key, List<Account>> accounts = new TreeMap<>();

    private final List<Draw.Outcome> outcomes = new ArrayList<>();

    Drawing(Look look, ToLongFunction<Slice> atHand) {
        this.look = look;
        this.atHand = atHand;
    }

    /** Looks at every window before it decides. */
    void decide(List<Hold> calls) throws SQLException {
        for (Hold call : calls) {
            outcomes.add(decide(call));
        }
    }

    private Draw.Outcome decide(Hold call) throws SQLException {
        List<Account> its = new ArrayList<>(call.parts().size());
        Account least = null;
        for (Hold.Part part : call.parts()) {
            Account account = account(part);
            its.add(account);
            if (account.most() < call.amountNanoUsd() && (least == null || account.most() < least.most())) {
                least = account;
            }
        }
        if (least != null) {
            return new Draw.Outcome.Lacking(least.part, least.most(), least.spent());
        }
        its.forEach(account -> account.pay(call.amountNanoUsd()));
        return new Draw.Outcome.Held();
    }

    private Account account(Hold.Part part) throws SQLException {
        Slice slice = part.slice();
        List<Account> there = accounts.computeIfAbsent(slice.key(), key -> new ArrayList<>(1));
        for (Account account : there) {
            if (account.part.slice() == slice) {
                return account;
            }
        }
        Pot pot = pots.get(slice.key());
        if (pot == null) {
            pot = new Pot(look.at(slice.key()));
            pots.put(slice.key(), pot);
        }
        Account account = new Account(part, pot, atHand.applyAsLong(slice));
        there.add(account);
        return account;
    }

    /**
     * Grants more than is needed, so that the next calls need not ask.
     *
     * @param wanted by a slice, as {@link Slice#ahead} says; 0 where nothing is wanted ahead
     */
    void ahead(ToLongFunction<Slice> wanted) {
        for (Account account : accounts()) {
            long wants = wanted.applyAsLong(account.part.slice());
            if (account.drawn > 0 && wants > 0) {
                long quietMost = account.pot.atFirst / QUIET_SHARE;
                long quiet = Math.min(quietMost, Math.min(quietMost, account.drawn) * CALLS_AHEAD); // cannot overflow
                long busy = Math.min(wants, account.pot.atFirst / BUSY_SHARE);
                account.draw(Math.max(0, Math.min(Math.max(quiet, busy) - account.drawn, account.pot.left)));
            }
        }
    }

    /** What becomes of each call, in their order; held means that there is enough for it. */
    List<Draw.Outcome> outcomes() {
        return outcomes;
    }

    /** In the order of their keys. */
    Collection<Account> accounts() {
        return accounts.values().stream().flatMap(List::stream).toList();
    }
}

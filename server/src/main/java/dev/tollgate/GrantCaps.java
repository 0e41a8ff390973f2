package dev.tollgate;

import dev.tollgate.budget.Budget;
import dev.tollgate.budget.BudgetBook;
import dev.tollgate.budget.Scope;
import dev.tollgate.budget.Window;
import dev.tollgate.identity.people.People;
import dev.tollgate.identity.people.Person;
import dev.tollgate.kernel.Refusal;
import dev.tollgate.oauth.AccessGrant;
import dev.tollgate.oauth.SpendingCap;
import dev.tollgate.oauth.SpendingCaps;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;

/**
 * What a person lets an app spend, as a budget: of the person and the grant together. The app is no part of it, for whoever
 * exchanges a token of the grant spends under another client's name. No operator can name a grant, so that neither takes away nor
 * raises what the other has set, and a call has to fit both.
 */
final class GrantCaps implements SpendingCaps {
    /** Whose change it is in the audit trail, where a grant stands for nobody. */
    private static final String SERVER = "server";

    /** A cap of nothing: no call costs less. */
    private static final long LEAST_NANO_USD = 1;

    private final BudgetBook budgets;
    private final People people;

    GrantCaps(BudgetBook budgets, People people) {
        this.budgets = budgets;
        this.people = people;
    }

    @Override
    public void set(AccessGrant grant) {
        SpendingCap cap = grant.cap();
        if (cap != null) {
            Budget wanted = new Budget(
                    "",
                    scope(grant),
                    grant.clientName(),
                    email(grant),
                    Math.max(LEAST_NANO_USD, cap.nanoUsd()),
                    window(cap.window()),
                    ZoneOffset.UTC,
                    List.of(),
                    false,
                    0);
            budgets.set(wanted, actor(grant));
        }
        for (SpendingCap.Window other : SpendingCap.Window.values()) {
            if (cap == null || other != cap.window()) {
                remove(grant, other);
            }
        }
    }

    @Override
    public void lift(AccessGrant grant) {
        for (SpendingCap.Window window : SpendingCap.Window.values()) {
            remove(grant, window);
        }
    }

    private void remove(AccessGrant grant, SpendingCap.Window window) {
        Optional<BudgetBook.Status> there = budgets.find(scope(grant), window(window));
        if (there.isPresent()) {
            try {
                budgets.remove(there.get().budget().id(), actor(grant));
            } catch (Refusal e) {
                if (e.kind() != Refusal.Kind.NOT_FOUND) { // another node was faster
                    throw e;
                }
            }
        }
    }

    /** What the grant has spent in the present window of its cap, in nano-US-dollars; 0 if it has none. */
    long spentNanoUsd(AccessGrant grant) {
        SpendingCap cap = grant.cap();
        return cap == null
                ? 0
                : budgets.find(scope(grant), window(cap.window()))
                        .map(BudgetBook.Status::spentNanoUsd)
                        .orElse(0L);
    }

    private static Scope scope(AccessGrant grant) {
        return new Scope(null, grant.personId(), null, null, grant.id(), null, null);
    }

    private static Window window(SpendingCap.Window window) {
        return switch (window) {
            case DAY -> Window.DAY;
            case MONTH -> Window.MONTH;
        };
    }

    private String email(AccessGrant grant) {
        String person = grant.personId();
        return person == null ? "" : people.byId(person).map(Person::email).orElse("");
    }

    private static String actor(AccessGrant grant) {
        String person = grant.personId();
        return person == null ? SERVER : person;
    }
}

package dev.tollgate.gateway;

import dev.tollgate.access.Decision;
import dev.tollgate.budget.RefusedCall;
import dev.tollgate.budget.ThresholdActions.Passed;
import dev.tollgate.budget.ThresholdActions.Reached;
import dev.tollgate.budget.ThresholdActions.SwitchedOff;
import dev.tollgate.catalog.Alias;
import dev.tollgate.catalog.Candidate;
import dev.tollgate.catalog.CatalogView;
import dev.tollgate.catalog.Resolution;
import dev.tollgate.dialects.ErrorKind;
import dev.tollgate.gateway.Stages.Permitted;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What budgets do to a permitted call before they are used up: they refuse it for its feature, or have its alias give way to a cheaper
 * one. All that comes after (context, bound, losses) is judged by the candidates that the call then has.
 */
final class Thrift {
    private final Services services;
    private final Inbound inbound;

    private Thrift(Services services, Inbound inbound) {
        this.services = services;
        this.inbound = inbound;
    }

    /**
     * The call as it goes on; null where it has been refused, here or before.
     *
     * @param permitted null where the call was refused before
     */
    static @Nullable Permitted judged(Services services, @Nullable Permitted permitted) {
        return permitted == null || !services.thresholdActions().any()
                ? permitted
                : new Thrift(services, permitted.inbound()).judge(permitted);
    }

    /** Each cheaper alias is judged by the budgets that cover it; one more step down takes one more threshold. */
    private @Nullable Permitted judge(Permitted permitted) {
        Permitted judged = permitted;
        for (int step = 0; ; step++) {
            Reached reached = services.thresholdActions().reached(permitted.start(), Places.billed(judged));
            SwitchedOff off = reached.switchedOff();
            if (off != null) {
                refuse(off);
                return null;
            }
            Permitted cheaper = step < reached.cheaper().size()
                    ? cheaper(judged, reached.cheaper().get(step))
                    : null;
            if (cheaper == null) {
                return judged;
            }
            judged = cheaper;
        }
    }

    /** The same call to the alias that is cheaper; null where there is none, or the call cannot go there. */
    private @Nullable Permitted cheaper(Permitted permitted, Passed because) {
        CatalogView catalog = services.catalog().view();
        Alias alias = permitted.alias() == null ? null : catalog.aliases().get(permitted.alias());
        String cheaper = alias == null ? null : alias.cheaper();
        List<Candidate> candidates = cheaper == null ? List.of() : candidates(permitted, catalog, cheaper);
        if (cheaper == null || candidates.isEmpty()) {
            return null;
        }
        List<String> notes = new ArrayList<>(permitted.notes());
        notes.add("alias: " + permitted.alias() + " -> " + cheaper + ", since " + because.percent()
                + " % of the budget " + because.budget().id() + " are spent");
        return new Permitted(
                        permitted.identified(),
                        permitted.body(),
                        permitted.fields(),
                        permitted.requested(),
                        cheaper,
                        candidates)
                .narrowed(candidates, notes);
    }

    /** None where the key may not use that alias, or none of its candidates can be told of the call. */
    private List<Candidate> candidates(Permitted permitted, CatalogView catalog, String alias) {
        Resolution resolution =
                catalog.resolve(alias, inbound.operation().dialect(), Instant.ofEpochMilli(inbound.atMillis()));
        boolean leads = resolution instanceof Resolution.Resolved resolved && alias.equals(resolved.alias());
        return leads
                        && services.access().decide(permitted.identified().caller(), resolution, alias)
                                instanceof Decision.Permitted(var candidates)
                ? ModelCall.reached(inbound.operation(), candidates)
                : List.of();
    }

    private void refuse(SwitchedOff off) {
        long now = services.clock().millis();
        services.refusedCalls().add(RefusedCall.heavy(inbound.requestId(), now, off));
        Refuser.refuse(
                inbound.http(),
                inbound.operation().dialect(),
                inbound.requestId(),
                ErrorKind.BUDGET,
                Texts.switchedOff(off),
                Texts.secondsUntil(off.resetsAtMillis(), now));
    }
}

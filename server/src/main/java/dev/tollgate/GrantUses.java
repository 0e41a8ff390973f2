package dev.tollgate;

import dev.tollgate.ledger.UsageLedger;
import dev.tollgate.oauth.AccessGrant;
import dev.tollgate.oauth.GrantUse;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * What has come of grants: calls name the grant where others name their key.
 *
 * @param capSpentNanoUsd what a grant has spent in the window of its cap that runs, in nano-US-dollars; 0 without a cap
 */
record GrantUses(UsageLedger ledger, ToLongFunction<AccessGrant> capSpentNanoUsd) implements GrantUse {
    @Override
    public Map<String, Use> of(List<AccessGrant> grants) {
        List<String> ids = grants.stream().map(AccessGrant::id).toList();
        Map<String, Instant> last = ledger.lastUsed(ids);
        Map<String, Long> spent = ledger.spentByGrants(ids);
        Map<String, Use> uses = new HashMap<>();
        for (AccessGrant grant : grants) {
            uses.put(
                    grant.id(),
                    new Use(
                            capSpentNanoUsd.applyAsLong(grant),
                            spent.getOrDefault(grant.id(), 0L),
                            last.get(grant.id())));
        }
        return uses;
    }
}

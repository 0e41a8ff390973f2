package dev.tollgate.identity.federation;

import java.util.List;

/**
 * What one rule says of one token.
 *
 * @param checks all of them, in the order in which they are made
 */
public record Trial(TrustRule rule, List<Check> checks) {
    public Trial {
        checks = List.copyOf(checks);
    }

    /** Whether the token is good by this rule. */
    public boolean passes() {
        return checks.stream().allMatch(check -> check.outcome() == Check.Outcome.HOLDS);
    }
}

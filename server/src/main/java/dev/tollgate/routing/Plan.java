package dev.tollgate.routing;

import java.util.List;

/** What the planner found for a call. */
public sealed interface Plan {
    /** At least one way, in the order in which they are to be tried. */
    record Ways(List<Hop> hops) implements Plan {}

    /** None of the candidates' providers has a credential that may be used. */
    record NoCredential(List<String> providers) implements Plan {}

    /**
     * Every credential has been told to wait.
     *
     * @param retryAfterSeconds until the first of them may be tried again, at least 1
     */
    record Cooling(long retryAfterSeconds) implements Plan {}
}

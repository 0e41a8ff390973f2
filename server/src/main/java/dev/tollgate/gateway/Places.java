package dev.tollgate.gateway;

import dev.tollgate.budget.Place;
import dev.tollgate.catalog.Candidate;
import dev.tollgate.gateway.Stages.Permitted;
import java.util.ArrayList;
import java.util.List;

/** Where calls may go, as budgets and rates see it. */
final class Places {
    private Places() {}

    static Place of(Candidate candidate) {
        return new Place(candidate.provider().name(), candidate.model());
    }

    static List<Place> of(List<Candidate> candidates) {
        List<Place> places = new ArrayList<>(candidates.size());
        for (Candidate candidate : candidates) {
            places.add(of(candidate));
        }
        return places;
    }

    /** Everywhere that the call may cost something; nowhere if it costs nothing. */
    static List<Place> billed(Permitted permitted) {
        return permitted.inbound().operation().generates() ? of(permitted.candidates()) : List.of();
    }
}

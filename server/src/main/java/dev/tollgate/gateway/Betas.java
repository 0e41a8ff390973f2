package dev.tollgate.gateway;

import dev.tollgate.catalog.Candidate;
import dev.tollgate.catalog.Takings;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.util.ArrayList;
import java.util.List;

/** Anthropic's betas on the way to a server of its dialect that is not Anthropic: some refuse a call for one they do not know. */
final class Betas {
    static final CharSequence HEADER = HttpHeaders.createOptimized("anthropic-beta");

    private Betas() {}

    /**
     * The same headers where the candidate takes all betas; else others without those that it does not take.
     *
     * @param edits gets one text for each beta that is left out
     */
    static MultiMap taken(MultiMap headers, Candidate candidate, Takings takings, List<String> edits) {
        if (!headers.contains(HEADER)) {
            return headers;
        }
        List<String> kept = new ArrayList<>();
        boolean all = true;
        for (String value : headers.getAll(HEADER)) {
            for (String each : value.split(",", -1)) {
                String beta = each.strip();
                if (takings.takesBeta(candidate.provider(), candidate.model(), beta)) {
                    kept.add(beta);
                } else {
                    edits.add(HEADER + ": dropped: the provider does not take " + Texts.shown(beta));
                    all = false;
                }
            }
        }
        if (all) {
            return headers;
        }
        MultiMap fewer = MultiMap.caseInsensitiveMultiMap().setAll(headers); // another candidate may take them
        return kept.isEmpty() ? fewer.remove(HEADER) : fewer.set(HEADER, String.join(",", kept));
    }
}

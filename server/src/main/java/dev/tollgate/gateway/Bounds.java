package dev.tollgate.gateway;

import dev.tollgate.catalog.Candidate;
import dev.tollgate.catalog.CatalogView;
import dev.tollgate.dialects.Inspection;
import dev.tollgate.dialects.Operation;
import dev.tollgate.dialects.RequestFields;
import dev.tollgate.dialects.RequestInspector;
import dev.tollgate.dialects.Splice;
import dev.tollgate.dialects.Splices;
import dev.tollgate.gateway.Stages.Permitted;
import java.util.ArrayList;
import java.util.List;

/**
 * What a call that budgets or rates cover is bounded to by splices of single values, in each candidate's own words.
 *
 * @param outputTokens the longest answer, for each choice; {@link Long#MAX_VALUE}: whatever the request and the model allow
 * @param paid whether a budget covers the call, so that nothing that a provider does may be without bounds
 */
record Bounds(long outputTokens, boolean paid) {
    /** Of a call that nothing covers. */
    static final Bounds NONE = new Bounds(Long.MAX_VALUE, false);

    /** With an answer no longer than that. */
    Bounds atMost(long tokens) {
        return new Bounds(Math.min(outputTokens, tokens), paid);
    }

    /** For a call that a budget covers. */
    Bounds ofPaid() {
        return new Bounds(outputTokens, true);
    }

    /**
     * The edits for a candidate of the caller's dialect; mostly none.
     *
     * @param edits to be added to, for {@code explain}
     */
    static List<Splice> splices(Permitted permitted, Candidate candidate, CatalogView catalog, List<String> edits) {
        Bounds bounds = permitted.bounds();
        if (bounds.equals(NONE)) {
            return List.of();
        }
        Operation operation = permitted.inbound().operation();
        RequestFields fields = permitted.fields();
        List<Splice> splices = new ArrayList<>(bounds.answer(permitted, candidate, catalog, edits));
        if (!bounds.paid()) {
            return splices;
        }
        for (Splice splice : Splices.toolUses(operation, fields.work(), ServerWorkBound.MOST_USES)) {
            splices.add(splice);
            edits.add(splice.field() + ": " + ServerWorkBound.MOST_USES + ", for a budget covers the call");
        }
        return splices;
    }

    /** The request with its answer bounded, for a candidate to which it is converted. */
    static byte[] body(Permitted permitted, Candidate candidate, CatalogView catalog, List<String> edits) {
        Bounds bounds = permitted.bounds();
        List<Splice> splices =
                bounds.equals(NONE) ? List.<Splice>of() : bounds.answer(permitted, candidate, catalog, edits);
        byte[] body = permitted.body();
        return splices.isEmpty() ? body : Splices.apply(body, 0, body.length, splices);
    }

    /** The request as it was written for another vendor, whose own tools are bounded as those of its own clients are. */
    static byte[] written(Permitted permitted, Operation theirs, byte[] body) {
        return permitted.bounds().paid()
                        && !permitted.fields().work().tools().isEmpty()
                        && RequestInspector.inspect(theirs, body, 0, body.length)
                                instanceof Inspection.Readable(var fields)
                ? Splices.apply(
                        body, 0, body.length, Splices.toolUses(theirs, fields.work(), ServerWorkBound.MOST_USES))
                : body;
    }

    private List<Splice> answer(Permitted permitted, Candidate candidate, CatalogView catalog, List<String> edits) {
        long asked = permitted.fields().maxOutputTokens();
        long known = Ceilings.longest(candidate, catalog).orElse(-1);
        // Where the model's own longest answer is known, it is what was held: it need not be said.
        long unsaid = asked >= 0 ? asked : known >= 0 ? known : Long.MAX_VALUE;
        long most = Math.min(outputTokens, paid && unsaid == Long.MAX_VALUE ? Ceilings.UNKNOWN_OUTPUT_TOKENS : unsaid);
        if (most >= unsaid) {
            return List.of();
        }
        String field = field(permitted.inbound().operation(), candidate);
        List<Splice> splices = Splices.outputLimit(permitted.fields(), field, most);
        if (!splices.isEmpty() && most < outputTokens) {
            edits.add(field + ": " + most + ", for a budget covers the call and the longest answer of "
                    + candidate.qualifiedName() + " is not known");
        }
        return splices;
    }

    /** Servers of somebody's own may know just the older name of OpenAI's. */
    static String field(Operation operation, Candidate candidate) {
        return switch (operation.dialect()) {
            case ANTHROPIC -> "max_tokens";
            case GEMINI -> "maxOutputTokens";
            case CONVERSE -> throw operation.dialect().isNoClients();
            case OPENAI ->
                operation == Operation.RESPONSES
                        ? "max_output_tokens"
                        : candidate.provider().builtin() ? "max_completion_tokens" : "max_tokens";
        };
    }
}

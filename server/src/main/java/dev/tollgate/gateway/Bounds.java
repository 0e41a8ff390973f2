package dev.tollgate.gateway;

import dev.tollgate.catalog.Candidate;
import dev.tollgate.catalog.CatalogView;
import dev.tollgate.dialects.Operation;
import dev.tollgate.dialects.RequestFields;
import dev.tollgate.dialects.Splice;
import dev.tollgate.dialects.Splices;
import dev.tollgate.gateway.Stages.Permitted;
import java.util.ArrayList;
import java.util.List;

/**
 * What a call that budgets cover is bounded to by splices of single values, in each candidate's own words.
 *
 * @param outputTokens the longest answer, for each choice
 */
record Bounds(long outputTokens) {
    /** Whatever the request and the model allow. */
    static final Bounds OF_THE_MODEL = new Bounds(Long.MAX_VALUE);

    /**
     * The edits for a candidate of the caller's dialect; mostly none.
     *
     * @param edits to be added to, for {@code explain}
     */
    static List<Splice> splices(Permitted permitted, Candidate candidate, CatalogView catalog, List<String> edits) {
        Bounds bounds = permitted.bounds();
        if (bounds == null) {
            return List.of();
        }
        Operation operation = permitted.inbound().operation();
        RequestFields fields = permitted.fields();
        List<Splice> splices = new ArrayList<>(bounds.answer(permitted, candidate, catalog, edits));
        for (Splice splice : Splices.toolUses(operation, fields.work(), ServerWorkBound.MOST_USES)) {
            splices.add(splice);
            edits.add(splice.field() + ": " + ServerWorkBound.MOST_USES + ", for a budget covers the call");
        }
        return splices;
    }

    /** The request with its answer bounded, for a candidate to which it is converted. */
    static byte[] body(Permitted permitted, Candidate candidate, CatalogView catalog, List<String> edits) {
        Bounds bounds = permitted.bounds();
        List<Splice> splices = bounds == null ? List.<Splice>of() : bounds.answer(permitted, candidate, catalog, edits);
        byte[] body = permitted.body();
        return splices.isEmpty() ? body : Splices.apply(body, 0, body.length, splices);
    }

    private List<Splice> answer(Permitted permitted, Candidate candidate, CatalogView catalog, List<String> edits) {
        long asked = permitted.fields().maxOutputTokens();
        long known = Ceilings.longest(candidate, catalog).orElse(-1);
        // Where the model's own longest answer is known, it is what was held: it need not be said.
        long unsaid = asked >= 0 ? asked : known >= 0 ? known : Long.MAX_VALUE;
        long most = Math.min(outputTokens, known >= 0 || asked >= 0 ? unsaid : Ceilings.UNKNOWN_OUTPUT_TOKENS);
        if (most >= unsaid) {
            return List.of();
        }
        String field = field(permitted.inbound().operation(), candidate);
        List<Splice> splices = Splices.outputLimit(permitted.fields(), field, most);
        if (!splices.isEmpty() && outputTokens == Long.MAX_VALUE) {
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

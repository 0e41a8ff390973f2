package dev.tollgate.gateway;

import dev.tollgate.dialects.Inspection;
import dev.tollgate.dialects.Operation;
import dev.tollgate.dialects.RequestInspector;
import dev.tollgate.dialects.Splice;
import dev.tollgate.dialects.Splices;
import dev.tollgate.gateway.Stages.Permitted;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Bounds a call's answers: one value is spliced into the request, every other byte stays, and {@code explain} says it. */
final class AnswerBound {
    private AnswerBound() {}

    /**
     * The same call with shorter answers; null where its request cannot say that.
     *
     * @param tokens for each of its answers
     * @param asked what the request allows each of them; null where it does not say
     * @param why whose bound it is, for {@code explain}
     */
    static @Nullable Permitted lowered(Permitted permitted, long tokens, @Nullable Long asked, String why) {
        List<Splice> splices = Splices.outputLimit(permitted.fields(), field(permitted), tokens);
        if (splices.isEmpty()) {
            return null;
        }
        byte[] body = Splices.apply(permitted.body(), 0, permitted.body().length, splices);
        if (!(RequestInspector.inspect(permitted.inbound().operation(), body, 0, body.length)
                instanceof Inspection.Readable(var fields))) {
            throw new IllegalStateException("bounding an answer broke its request");
        }
        List<String> notes = new ArrayList<>(permitted.notes());
        notes.add(splices.getFirst().field() + ": " + (asked == null ? "" : asked + " -> ") + tokens + ", " + why);
        return new Permitted(
                permitted.identified(),
                body,
                fields,
                permitted.requested(),
                permitted.alias(),
                permitted.candidates(),
                notes);
    }

    /** Servers of somebody's own may know just the older name of OpenAI's. */
    private static String field(Permitted permitted) {
        Operation operation = permitted.inbound().operation();
        return switch (operation.dialect()) {
            case ANTHROPIC -> "max_tokens";
            case GEMINI -> "maxOutputTokens";
            case CONVERSE -> throw operation.dialect().isNoClients();
            case OPENAI ->
                operation == Operation.RESPONSES
                        ? "max_output_tokens"
                        : permitted.candidates().stream()
                                        .anyMatch(candidate ->
                                                candidate.provider().builtin())
                                ? "max_completion_tokens"
                                : "max_tokens";
        };
    }
}

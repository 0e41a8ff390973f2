package dev.tollgate.dialects.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tollgate.dialects.Inspection;
import dev.tollgate.dialects.Operation;
import dev.tollgate.dialects.RequestFields;
import dev.tollgate.dialects.RequestInspector;
import dev.tollgate.dialects.Splice;
import dev.tollgate.dialects.Splices;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;

/** What the gate reads of a request is what Jackson reads of it, and what it edits changes nothing else. */
class RequestInspectorFuzzTest {
    private static final String UPSTREAM = "the \"upstream's\" model";

    static Stream<Arguments> seeds() {
        return Seeds.golden("request.json");
    }

    @MethodSource("seeds")
    @FuzzTest
    void whatIsReadIsWhatJacksonReads(byte[] body) {
        Optional<JsonNode> strict = Reference.jsonOfUniqueNames(body).filter(JsonNode::isObject);
        for (Operation operation : Operation.values()) {
            switch (RequestInspector.inspect(operation, body, 0, body.length)) {
                case Inspection.Readable(RequestFields fields) -> {
                    assertTrue(strict.isPresent(), "read, though it is no strict JSON object of unique names");
                    agrees(operation, fields, strict.get());
                    editsNothingElse(operation, fields, body, (ObjectNode) strict.get());
                }
                case Inspection.Malformed(String message) -> refusedRightly(message, strict.isPresent());
            }
        }
    }

    /** No refusal but of a field that is inspected, or for a limit of ours, where Jackson finds nothing wrong. */
    private static void refusedRightly(String message, boolean strict) {
        boolean ofTheDocument = message.startsWith("The body")
                || message.contains("appears twice in the same object")
                || message.startsWith("Something follows");
        assertTrue(!strict || !ofTheDocument || message.contains("too long"), message);
    }

    private static void agrees(Operation operation, RequestFields fields, JsonNode body) {
        if (!operation.modelInPath()) {
            assertEquals(body.path("model").stringValue(), fields.model());
            boolean mayStream = operation == Operation.MESSAGES
                    || operation == Operation.CHAT_COMPLETIONS
                    || operation == Operation.RESPONSES;
            assertEquals(mayStream && isTrue(body.path("stream")), fields.stream());
        }
        agrees(operation, fields.feature(), body);
        switch (operation) {
            case MESSAGES -> {
                assertEquals(count(body.path("max_tokens"), -1), fields.maxOutputTokens());
                assertEquals(models(body.path("tools")), fields.toolModels());
            }
            case CHAT_COMPLETIONS -> {
                long most = Math.max(count(body.path("max_tokens"), -1), count(body.path("max_completion_tokens"), -1));
                assertEquals(most, fields.maxOutputTokens());
                assertEquals(count(body.path("n"), 1), fields.choices());
            }
            case RESPONSES -> assertEquals(count(body.path("max_output_tokens"), -1), fields.maxOutputTokens());
            case GENERATE_CONTENT, STREAM_GENERATE_CONTENT -> {
                JsonNode config = either(body, "generationConfig", "generation_config");
                assertEquals(
                        count(either(config, "maxOutputTokens", "max_output_tokens"), -1), fields.maxOutputTokens());
                assertEquals(count(either(config, "candidateCount", "candidate_count"), 1), fields.choices());
            }
            case BATCH_EMBED_CONTENTS -> {
                List<String> mentioned = fields.innerModels().stream()
                        .map(RequestFields.InnerModel::value)
                        .toList();
                assertTrue(mentioned.containsAll(models(body.path("requests"))), "a model is missed");
            }
            case COUNT_TOKENS, INPUT_TOKENS, EMBEDDINGS, GEMINI_COUNT_TOKENS, EMBED_CONTENT -> {}
            case CONVERSE, CONVERSE_STREAM -> {} // no client's
        }
    }

    private static void agrees(Operation operation, @Nullable String feature, JsonNode body) {
        JsonNode said = switch (operation) {
            case CHAT_COMPLETIONS, RESPONSES -> body.path("metadata").path("tollgate_feature");
            case GENERATE_CONTENT, STREAM_GENERATE_CONTENT ->
                body.path("labels").path("tollgate_feature");
            default -> MissingNode.getInstance();
        };
        String whole = said.isString() ? said.stringValue() : null;
        assertEquals(whole == null ? null : whole.substring(0, Math.min(whole.length(), 512)), feature);
    }

    private static long count(JsonNode figure, long absent) {
        return figure.isIntegralNumber() ? figure.longValue() : absent;
    }

    private static boolean isTrue(JsonNode flag) {
        return flag.isBoolean() && flag.booleanValue();
    }

    private static JsonNode either(JsonNode of, String one, String other) {
        return of.hasNonNull(one) ? of.path(one) : of.path(other);
    }

    private static List<String> models(JsonNode array) {
        return array.valueStream()
                .filter(JsonNode::isObject)
                .map(item -> item.path("model"))
                .filter(JsonNode::isString)
                .map(JsonNode::stringValue)
                .toList();
    }

    private static void editsNothingElse(Operation operation, RequestFields fields, byte[] body, ObjectNode read) {
        List<Splice> splices = new ArrayList<>(Splices.innerModels(fields, UPSTREAM));
        ObjectNode expected = read.deepCopy();
        if (!operation.modelInPath()) {
            splices.add(Splices.model(fields, UPSTREAM));
            expected.put("model", UPSTREAM);
        }
        Splices.includeUsage(fields).ifPresent(splice -> {
            splices.add(splice);
            JsonNode options = expected.path("stream_options");
            ObjectNode edited = options.isObject() ? (ObjectNode) options : JsonNodeFactory.instance.objectNode();
            expected.set("stream_options", edited.put("include_usage", true));
        });
        splices.sort(Comparator.comparingInt(Splice::start));
        byte[] edited = Splices.apply(body, 0, body.length, splices);
        JsonNode reread = Reference.jsonOfUniqueNames(edited).orElseThrow();
        if (!operation.modelInPath()) {
            assertEquals(expected, reread);
        } else if (fields.innerModels().isEmpty()) {
            assertEquals(read, reread);
        }
        boolean unchanged = RequestInspector.inspect(operation, edited, 0, edited.length)
                        instanceof Inspection.Readable(RequestFields again)
                && Objects.equals(operation.modelInPath() ? null : UPSTREAM, again.model())
                && !again.includeUsage().mustBeAdded()
                && again.innerModels().stream().allMatch(each -> isUpstream(each.value()))
                && again.maxOutputTokens() == fields.maxOutputTokens()
                && again.choices() == fields.choices()
                && again.stream() == fields.stream();
        assertTrue(unchanged, "the edited body reads differently");
    }

    private static boolean isUpstream(String model) {
        return model.equals(UPSTREAM) || model.equals("models/" + UPSTREAM);
    }
}

package dev.tollgate.dialects.responses;

import dev.tollgate.dialects.codec.Fields;
import dev.tollgate.dialects.codec.Reading;
import dev.tollgate.dialects.codec.ToolNames;
import dev.tollgate.dialects.conversation.Extra;
import dev.tollgate.dialects.conversation.Part;
import dev.tollgate.dialects.conversation.Protocol;
import dev.tollgate.dialects.conversation.Signature;
import dev.tollgate.dialects.conversation.ToolInput;
import dev.tollgate.dialects.json.Json;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads items, which are the same in a request's input and an answer's output.
 *
 * <p>Reasoning of other protocols stands in {@code encrypted_content} as an envelope. What an envelope cannot say by itself stands in
 * its item id: {@link #REDACTED}, or the id of the call that a Gemini signature belongs to.
 */
final class ItemReader {
    /** The item id in the envelope of a signature that is all there is of its reasoning (Anthropic's redacted_thinking). */
    static final String REDACTED = "redacted";

    /** Steps of the provider's own tools whose outcome the model has put into words. */
    private static final Set<String> HINTS = Set.of(
            "web_search_call", "file_search_call", "code_interpreter_call", "mcp_list_tools", "configuration_update");

    private final Reading reading;
    private final ContentReader content;
    private final @Nullable ToolNames names;
    private final Map<String, Signature> ofCalls = new HashMap<>();

    /**
     * For one document.
     *
     * @param names of an answer's tools, to have the client's; null in a request, which has them
     */
    ItemReader(Reading reading, ContentReader content, @Nullable ToolNames names) {
        this.reading = reading;
        this.content = content;
        this.names = names;
    }

    /** The parts that the item means; what {@code item} has beside them become extras. */
    List<Part> read(String type, Fields item, Json.Obj raw) {
        List<Part> parts = switch (type) {
            case "message" -> message(item);
            case "function_call" -> List.of(call(item, false));
            case "custom_tool_call" -> List.of(call(item, true));
            case "function_call_output", "custom_tool_call_output" -> List.of(result(item));
            case "reasoning" -> reasoning(item);
            default -> null;
        };
        if (parts == null) {
            Extra.Weight weight = HINTS.contains(type) ? Extra.Weight.HINT : Extra.Weight.ESSENTIAL;
            return List.of(new Part.Opaque(item.at(), Protocol.RESPONSES, type, raw, weight));
        }
        item.skip("type");
        item.skip("id");
        item.skip("status");
        item.end();
        return parts;
    }

    /** The parts, each call with the signature that an item of its own brought. */
    List<Part> signed(List<Part> parts) {
        if (ofCalls.isEmpty()) {
            return parts;
        }
        List<Part> signed = new ArrayList<>();
        for (Part part : parts) {
            boolean named = part instanceof Part.ToolCall call && ofCalls.containsKey(call.id());
            signed.add(named ? signed((Part.ToolCall) part) : part);
        }
        return signed;
    }

    private Part signed(Part.ToolCall call) {
        return new Part.ToolCall(
                call.at(),
                call.id(),
                call.namespace(),
                call.name(),
                call.input(),
                call.cache(),
                ofCalls.get(call.id()));
    }

    private List<Part> message(Fields item) {
        item.skip("role");
        item.extra("phase", Extra.Weight.INCIDENTAL, "only OpenAI tells commentary from the final answer");
        return content.read(item.at("content"), item.any("content"));
    }

    private Part call(Fields item, boolean free) {
        String id = item.required("call_id");
        String name = item.required("name");
        String namespace = item.string("namespace");
        String field = free ? "input" : "arguments";
        Json.Text text = item.text(field);
        if (text == null) {
            reading.malformed(item.at(field), "required, a string.");
            text = Json.Text.EMPTY;
        }
        if (names != null && namespace == null) {
            ToolNames.Named named = names.atClient(name);
            namespace = named.namespace();
            name = named.name();
        }
        ToolInput input = free ? new ToolInput.Free(text) : new ToolInput.Encoded(text);
        return new Part.ToolCall(item.at(), id, namespace, name, input, null, null);
    }

    private Part result(Fields item) {
        String id = item.required("call_id");
        String name = item.string("name");
        item.skip("namespace"); // the call says it
        List<Part> parts = content.read(item.at("output"), item.any("output"));
        return new Part.ToolResult(item.at(), id, name, parts, null, null, null);
    }

    private List<Part> reasoning(Fields item) {
        List<Json.Text> summary = paragraphs(item, "summary");
        List<Json.Text> thoughts = paragraphs(item, "content");
        String id = item.string("id");
        String encrypted = item.string("encrypted_content");
        boolean isSummary = thoughts.isEmpty() || !summary.isEmpty();
        if (isSummary && !thoughts.isEmpty()) {
            item.extra("content", Extra.Weight.INCIDENTAL, "the summary goes in its place");
        }
        List<Json.Text> paragraphs = isSummary ? summary : thoughts;
        if (encrypted == null || encrypted.isEmpty()) {
            return List.of(new Part.Reasoning(item.at(), isSummary, paragraphs, null, false));
        }
        Signature signature = Signature.open(Protocol.RESPONSES, id, encrypted);
        if (signature.home() == Protocol.RESPONSES) {
            return List.of(new Part.Reasoning(item.at(), isSummary, paragraphs, signature, paragraphs.isEmpty()));
        }
        String of = signature.itemId();
        Signature bare = new Signature(signature.home(), null, signature.value());
        if (of != null && !of.equals(REDACTED)) {
            ofCalls.put(of, bare);
            return List.of();
        }
        return List.of(new Part.Reasoning(item.at(), isSummary, paragraphs, bare, of != null));
    }

    /** The signature of reasoning that shows something. */
    static Signature signature(@Nullable String id, String encrypted) {
        Signature signature = Signature.open(Protocol.RESPONSES, id, encrypted);
        return signature.home() == Protocol.RESPONSES
                ? signature
                : new Signature(signature.home(), null, signature.value());
    }

    private List<Json.Text> paragraphs(Fields item, String name) {
        Json.Arr array = item.array(name);
        List<Json.Text> paragraphs = new ArrayList<>();
        if (array != null) {
            for (int i = 0; i < array.items().size(); i++) {
                if (array.items().get(i) instanceof Json.Obj paragraph
                        && paragraph.get("text") instanceof Json.Text text) {
                    paragraphs.add(text);
                } else {
                    reading.malformed(item.at(name).element(i), "an object with a text is expected.");
                }
            }
        }
        return paragraphs;
    }
}

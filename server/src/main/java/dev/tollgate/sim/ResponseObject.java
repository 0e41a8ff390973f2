package dev.tollgate.sim;

import dev.tollgate.sim.Answer.Piece;
import dev.tollgate.sim.Answer.Stop;
import dev.tollgate.sim.Answer.Text;
import dev.tollgate.sim.Answer.Thinking;
import dev.tollgate.sim.Answer.ToolCall;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** OpenAI's "response" object, which tells back most of the request, and the items in it. */
final class ResponseObject {

    private ResponseObject() {}

    static ObjectNode started(Prompt prompt, Answer answer) {
        return response(prompt, answer, "in_progress").putNull("usage");
    }

    static ObjectNode finished(Prompt prompt, Answer answer) {
        boolean cut = answer.stop() == Stop.LENGTH;
        ObjectNode response = response(prompt, answer, cut ? "incomplete" : "completed");
        response.put("completed_at", answer.createdAt() + 1);
        if (cut) {
            response.putObject("incomplete_details").put("reason", "max_output_tokens");
        }
        ArrayNode output = response.putArray("output");
        answer.pieces().forEach(piece -> output.add(item(prompt, answer, piece, true)));
        if (answer.usage() != null) {
            response.set("usage", usage(answer.usage()));
        }
        return response;
    }

    static ObjectNode failed(Prompt prompt, Answer answer) {
        ObjectNode response = response(prompt, answer, "failed").putNull("usage");
        response.putObject("error")
                .put("code", "server_error")
                .put("message", "The model failed to generate a response.");
        return response;
    }

    private static ObjectNode response(Prompt prompt, Answer answer, String status) {
        ObjectNode body = prompt.body();
        ObjectNode response = Json.object()
                .put("id", Ids.hex("resp_", 48, answer.seed()))
                .put("object", "response")
                .put("created_at", answer.createdAt())
                .put("status", status)
                .put("background", false)
                .putNull("completed_at")
                .putNull("error")
                .putNull("incomplete_details");
        copy(body, response, "instructions", null);
        copy(body, response, "max_output_tokens", null);
        copy(body, response, "max_tool_calls", null);
        response.put("model", answer.model());
        response.putArray("output");
        copy(body, response, "parallel_tool_calls", Json.object().booleanNode(true));
        copy(body, response, "previous_response_id", null);
        copy(body, response, "prompt_cache_key", null);
        ObjectNode reasoning = response.putObject("reasoning");
        copy(body.path("reasoning"), reasoning, "effort", null);
        copy(body.path("reasoning"), reasoning, "summary", null);
        copy(body, response, "safety_identifier", null);
        response.put("service_tier", "default");
        copy(body, response, "store", Json.object().booleanNode(true));
        copy(body, response, "temperature", Json.object().numberNode(1.0));
        ObjectNode text = response.putObject("text");
        copy(body.path("text"), text, "format", Json.object().put("type", "text"));
        copy(body.path("text"), text, "verbosity", Json.object().stringNode("medium"));
        copy(body, response, "tool_choice", Json.object().stringNode("auto"));
        copy(body, response, "tools", Json.array());
        response.put("top_logprobs", 0);
        copy(body, response, "top_p", Json.object().numberNode(1.0));
        copy(body, response, "truncation", Json.object().stringNode("disabled"));
        copy(body, response, "user", null);
        copy(body, response, "metadata", Json.object());
        return response;
    }

    private static void copy(JsonNode from, ObjectNode to, String field, @Nullable JsonNode otherwise) {
        JsonNode value = from.get(field);
        to.set(field, value == null || value.isNull() ? otherwise : value);
    }

    private static ObjectNode usage(Tokens tokens) {
        CacheUse cache = tokens.cache();
        ObjectNode usage = Json.object().put("input_tokens", tokens.totalInput());
        usage.putObject("input_tokens_details")
                .put("cached_tokens", cache.read())
                .put("cache_write_tokens", cache.write5m() + cache.write1h());
        usage.put("output_tokens", tokens.output());
        usage.putObject("output_tokens_details").put("reasoning_tokens", tokens.reasoning());
        return usage.put("total_tokens", tokens.totalInput() + tokens.output());
    }

    /**
     * One item of the output.
     *
     * @param done whether it has its content, as at its end, or is empty, as at its start
     */
    static ObjectNode item(Prompt prompt, Answer answer, Piece piece, boolean done) {
        String status = done ? "completed" : "in_progress";
        return switch (piece) {
            case Thinking thinking -> {
                ObjectNode item = Json.object()
                        .put("id", Ids.hex("rs_", 48, answer.seed()))
                        .put("type", "reasoning");
                ArrayNode summary = item.putArray("summary");
                if (done && thinking.shown()) {
                    summary.addObject().put("type", "summary_text").put("text", String.join("", thinking.chunks()));
                }
                if (wantsEncryptedReasoning(prompt)) {
                    item.put("encrypted_content", done ? thinking.signature() : "");
                }
                yield item;
            }
            case Text text -> {
                ObjectNode item = Json.object()
                        .put("id", Ids.hex("msg_", 48, answer.seed()))
                        .put("type", "message")
                        .put("status", status)
                        .put("role", "assistant");
                ArrayNode content = item.putArray("content");
                if (done) {
                    content.add(outputText(String.join("", text.chunks())));
                }
                yield item;
            }
            case ToolCall call ->
                Json.object()
                        .put("id", Ids.hex("fc_", 48, answer.seed()))
                        .put("type", "function_call")
                        .put("status", status)
                        .put("arguments", done ? Json.text(call.arguments()) : "")
                        .put("call_id", answer.id("call_", 24))
                        .put("name", call.name());
        };
    }

    static ObjectNode outputText(String text) {
        ObjectNode part = Json.object().put("type", "output_text");
        part.putArray("annotations");
        part.putArray("logprobs");
        return part.put("text", text);
    }

    private static boolean wantsEncryptedReasoning(Prompt prompt) {
        return prompt.body()
                .path("include")
                .valueStream()
                .anyMatch(wanted -> wanted.stringValue("").equals("reasoning.encrypted_content"));
    }
}

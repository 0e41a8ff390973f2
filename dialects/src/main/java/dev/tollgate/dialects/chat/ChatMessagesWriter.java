package dev.tollgate.dialects.chat;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.dialects.codec.Destination;
import dev.tollgate.dialects.codec.Destination.Takes;
import dev.tollgate.dialects.codec.Losses;
import dev.tollgate.dialects.codec.Reading;
import dev.tollgate.dialects.codec.ToolNames;
import dev.tollgate.dialects.conversation.Part;
import dev.tollgate.dialects.conversation.Protocol;
import dev.tollgate.dialects.conversation.Request;
import dev.tollgate.dialects.conversation.Signature;
import dev.tollgate.dialects.conversation.ToolInput;
import dev.tollgate.dialects.conversation.Turn;
import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.JsonBytes;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * {@code messages}. A turn of the user's becomes a message of role {@code tool} for each result, as these must follow their calls at
 * once, and then one of role {@code user}.
 */
final class ChatMessagesWriter {
    /** What OpenAI takes of a call's id. */
    private static final int LONGEST_ID = 40;

    private final Destination destination;
    private final ToolNames names;
    private final Losses losses;
    private final Reading refused;
    private final JsonBytes out;
    private final ChatPartsWriter parts;

    ChatMessagesWriter(Destination destination, ToolNames names, Losses losses, Reading refused, JsonBytes out) {
        this.destination = destination;
        this.names = names;
        this.losses = losses;
        this.refused = refused;
        this.out = out;
        this.parts = new ChatPartsWriter(destination, losses, refused, out);
    }

    void write(Request request) {
        out.name("messages").beginArray();
        if (!request.instructions().isEmpty()) {
            message("system", parts.simple(request.instructions()));
        }
        for (Turn turn : request.turns()) {
            switch (turn.role()) {
                case USER -> user(turn);
                case ASSISTANT -> assistant(turn);
                case SYSTEM -> system(turn);
            }
        }
        out.endArray();
    }

    private void message(String role, List<Part> content) {
        out.beginObject().field("role", role).name("content");
        parts.content(content);
        out.endObject();
    }

    private void system(Turn turn) {
        String role = "user";
        if (!destination.takes(Takes.SYSTEM_TURNS)) {
            losses.request(turn.at().member("role"), "the model takes instructions at the start only");
        } else {
            role = destination.takes(Takes.MAX_COMPLETION_TOKENS) ? "developer" : "system";
        }
        message(role, parts.simple(turn.parts()));
    }

    private void user(Turn turn) {
        List<Part> content = new ArrayList<>();
        for (Part part : turn.parts()) {
            if (part instanceof Part.ToolResult result) {
                toolResult(result, content);
            }
        }
        List<Part> said = new ArrayList<>();
        for (Part part : turn.parts()) {
            switch (part) {
                case Part.ToolResult _ -> {}
                case Part.ToolCall _, Part.Reasoning _, Part.Refusal _ ->
                    refused.notExpressible(part.at(), "Only the assistant says that. Move it to its message.");
                case Part.Text _, Part.Media _, Part.SearchResult _, Part.Opaque _ -> said.add(part);
            }
        }
        content.addAll(parts.simple(said));
        if (!content.isEmpty()) {
            message("user", content);
        }
    }

    /** The message of one result, which holds text only; what else there is goes to the user's message after the last result. */
    private void toolResult(Part.ToolResult result, List<Part> moved) {
        List<Part> texts = new ArrayList<>();
        List<Part> others = new ArrayList<>();
        for (Part part : parts.simple(result.content())) {
            (part instanceof Part.Text ? texts : others).add(part);
        }
        if (result.error() != null && result.error().value()) {
            Json.Text first = texts.isEmpty() ? Json.Text.of("the tool failed") : ((Part.Text) texts.getFirst()).text();
            Part.Text error = Part.Text.of(result.at(), ChatTexts.join("", List.of(Json.Text.of("Error: "), first)));
            if (texts.isEmpty()) {
                texts.add(error);
            } else {
                texts.set(0, error);
            }
        }
        if (!others.isEmpty()) {
            String label = "Result of tool call " + callId(result.callId()) + ":";
            moved.add(Part.Text.of(result.at(), Json.Text.of(label)));
            moved.addAll(others);
            if (texts.isEmpty()) {
                texts.add(Part.Text.of(result.at(), Json.Text.of("The result is in the next message.")));
            }
        }
        parts.hint(result.cache(), texts);
        out.beginObject()
                .field("role", "tool")
                .field("tool_call_id", callId(result.callId()))
                .name("content");
        parts.content(texts);
        out.endObject();
    }

    private void assistant(Turn turn) {
        List<Part> said = new ArrayList<>();
        List<Part.ToolCall> calls = new ArrayList<>();
        List<Json.Text> refusals = new ArrayList<>();
        for (Part part : turn.parts()) {
            switch (part) {
                case Part.Text _, Part.SearchResult _, Part.Opaque _ -> said.add(part);
                case Part.ToolCall call -> calls.add(call);
                case Part.Refusal refusal -> refusals.add(refusal.text());
                case Part.Reasoning _ -> losses.incidental(part.at(), "Chat Completions takes no earlier reasoning");
                case Part.Media _ ->
                    refused.notExpressible(
                            part.at(), "The assistant's messages hold text only. Move it to a user's message.");
                case Part.ToolResult _ ->
                    refused.notExpressible(part.at(), "A result is the user's. Move it to a user's message.");
            }
        }
        List<Part> content = parts.simple(said);
        if (content.isEmpty() && calls.isEmpty() && refusals.isEmpty()) {
            return;
        }
        out.beginObject().field("role", "assistant").name("content");
        if (content.isEmpty()) {
            out.nothing();
        } else {
            parts.content(content);
        }
        if (!refusals.isEmpty()) {
            out.field("refusal", ChatTexts.join("", refusals));
        }
        if (!calls.isEmpty()) {
            out.name("tool_calls").beginArray();
            calls.forEach(this::toolCall);
            out.endArray();
        }
        out.endObject();
    }

    private void toolCall(Part.ToolCall call) {
        boolean free = call.input() instanceof ToolInput.Free && destination.takes(Takes.CUSTOM_TOOLS);
        String type = free ? "custom" : "function";
        out.beginObject()
                .field("id", callId(call.id()))
                .field("type", type)
                .name(type)
                .beginObject();
        out.field("name", names.atProvider(call.namespace(), call.name()));
        if (free) {
            out.field("input", call.input().asText());
        } else {
            arguments(call.input());
        }
        out.endObject();
        Signature signature = call.signature();
        if (signature != null && signature.home() == Protocol.CHAT_COMPLETIONS) {
            thoughtSignature(out, signature.value());
        } else if (signature != null) {
            losses.incidental(call.at().member("thoughtSignature"), "a signature counts at its own provider only");
        }
        out.endObject();
        if (call.cache() != null) {
            losses.incidental(call.cache().at(), "Chat Completions marks no calls for its cache");
        }
    }

    private void arguments(ToolInput input) {
        switch (input) {
            case ToolInput.Plain(Json.Obj object) -> out.name("arguments").encoded(object);
            case ToolInput.Encoded(Json.Text text) -> out.field("arguments", text);
            case ToolInput.Free(Json.Text text) ->
                out.name("arguments").encoded(Json.Obj.of(ToolInput.FREE_TEXT, text));
        }
    }

    static void thoughtSignature(JsonBytes out, String value) {
        out.name("extra_content").beginObject().name("google").beginObject();
        out.field("thought_signature", value).endObject().endObject();
    }

    /** Other servers give longer ones. The same id is cut the same way in call and result. */
    private static String callId(String id) {
        if (id.length() <= LONGEST_ID) {
            return id;
        }
        CRC32C checksum = new CRC32C();
        checksum.update(id.getBytes(UTF_8));
        String tail = String.format("_%08x", checksum.getValue());
        return id.substring(0, LONGEST_ID - tail.length()) + tail;
    }
}

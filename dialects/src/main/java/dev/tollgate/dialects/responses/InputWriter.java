package dev.tollgate.dialects.responses;

import dev.tollgate.dialects.codec.Destination.Takes;
import dev.tollgate.dialects.conversation.Part;
import dev.tollgate.dialects.conversation.Path;
import dev.tollgate.dialects.conversation.Protocol;
import dev.tollgate.dialects.conversation.Request;
import dev.tollgate.dialects.conversation.Signature;
import dev.tollgate.dialects.conversation.ToolInput;
import dev.tollgate.dialects.conversation.Turn;
import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.JsonBytes;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Writes the turns as the items of {@code input}: what is no item of its own gathers in messages. */
final class InputWriter {
    private static final String ERROR = "Error: ";

    private final Writing writing;
    private final JsonBytes out;
    private final ContentWriter content;
    private final Set<String> customCalls = new HashSet<>();
    private boolean messageOpen;

    InputWriter(Writing writing, Request request) {
        this.writing = writing;
        this.out = writing.out();
        this.content = new ContentWriter(writing);
        if (writing.takes(Takes.CUSTOM_TOOLS)) {
            for (Turn turn : request.turns()) {
                for (Part part : turn.parts()) {
                    if (part instanceof Part.ToolCall call && call.input() instanceof ToolInput.Free) {
                        customCalls.add(call.id());
                    }
                }
            }
        }
    }

    void instructions(List<Part> parts) {
        turn(new Turn(Path.ROOT, Turn.Role.SYSTEM, parts));
    }

    void turns(List<Turn> turns) {
        turns.forEach(this::turn);
    }

    private void turn(Turn turn) {
        for (Part part : turn.parts()) {
            switch (part) {
                case Part.ToolCall call -> call(call);
                case Part.ToolResult result -> result(result);
                case Part.Reasoning reasoning -> reasoning(reasoning);
                case Part.Opaque opaque -> opaque(opaque);
                case Part.Text _, Part.Media _, Part.SearchResult _, Part.Refusal _ -> {
                    openMessage(turn.role());
                    content.write(part, turn.role() == Turn.Role.ASSISTANT);
                }
            }
        }
        closeMessage();
    }

    private void openMessage(Turn.Role role) {
        if (!messageOpen) {
            String name = switch (role) {
                case USER -> "user";
                case ASSISTANT -> "assistant";
                case SYSTEM -> "developer";
            };
            out.beginObject()
                    .field("type", "message")
                    .field("role", name)
                    .name("content")
                    .beginArray();
            messageOpen = true;
        }
    }

    private void closeMessage() {
        if (messageOpen) {
            out.endArray().endObject();
            messageOpen = false;
        }
    }

    private void call(Part.ToolCall call) {
        closeMessage();
        boolean custom = customCalls.contains(call.id());
        out.beginObject()
                .field("type", custom ? "custom_tool_call" : "function_call")
                .field("call_id", call.id())
                .field("name", writing.names().atProvider(call.namespace(), call.name()));
        ToolInput input = call.input();
        if (custom) {
            out.field("input", input.asText());
        } else if (input instanceof ToolInput.Free) {
            out.name("arguments").encoded(input.asObject().orElse(Json.Obj.EMPTY));
        } else {
            Json.Text arguments = input.asText();
            out.field("arguments", arguments.isEmpty() ? Json.Text.of("{}") : arguments);
        }
        out.endObject();
        content.lost(call.signature(), call);
        if (call.cache() != null) {
            writing.losses().incidental(call.cache().at(), "a call takes no cache breakpoint");
        }
    }

    private void result(Part.ToolResult result) {
        closeMessage();
        boolean error = result.error() != null && result.error().value();
        boolean custom = customCalls.contains(result.callId());
        out.beginObject()
                .field("type", custom ? "custom_tool_call_output" : "function_call_output")
                .field("call_id", result.callId());
        List<Part> parts = result.content();
        if (parts.isEmpty()) {
            out.field("output", error ? ERROR.strip() : "");
        } else if (parts.size() == 1
                && parts.getFirst() instanceof Part.Text text
                && (text.cache() == null || !writing.takes(Takes.CACHE_BREAKPOINTS))) {
            out.name("output")
                    .beginText()
                    .append(error ? ERROR : "")
                    .append(text.text())
                    .endText();
            lost(text);
        } else {
            out.name("output").beginArray();
            if (error) {
                out.beginObject()
                        .field("type", "input_text")
                        .field("text", ERROR.strip())
                        .endObject();
            }
            parts.forEach(part -> content.write(part, false));
            out.endArray();
        }
        out.endObject();
        if (result.cache() != null) {
            writing.losses().incidental(result.cache().at(), "an output takes no cache breakpoint");
        }
    }

    private void lost(Part.Text text) {
        text.citations().forEach(citation -> writing.losses().incidental(citation.at(), "input has no annotations"));
        content.lost(text.signature(), text);
        if (text.cache() != null) {
            writing.losses().incidental(text.cache().at(), ContentWriter.NO_BREAKPOINTS);
        }
    }

    private void reasoning(Part.Reasoning reasoning) {
        Signature signature = reasoning.signature();
        if (signature == null || signature.home() != Protocol.RESPONSES) {
            writing.losses()
                    .incidental(
                            reasoning.at(),
                            signature == null
                                    ? "OpenAI takes no reasoning without its encrypted_content"
                                    : "the reasoning is signed by another provider");
            return;
        }
        closeMessage();
        out.beginObject().field("type", "reasoning");
        if (signature.itemId() != null) {
            out.field("id", signature.itemId());
        }
        ItemWriter.paragraphs(out, reasoning.summary(), reasoning.paragraphs());
        out.field("encrypted_content", signature.value()).endObject();
    }

    private void opaque(Part.Opaque opaque) {
        if (opaque.home() == Protocol.RESPONSES) {
            closeMessage();
            out.value(opaque.raw());
        } else {
            content.opaque(opaque);
        }
    }
}

package dev.tollgate.dialects.codec;

import dev.tollgate.dialects.Operation;
import dev.tollgate.dialects.Splice;
import dev.tollgate.dialects.codec.Destination.Takes;
import dev.tollgate.dialects.conversation.Protocol;
import dev.tollgate.dialects.conversation.Signature;
import dev.tollgate.dialects.json.Json;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The edits that take other providers' signatures out of one request to one endpoint: see {@link ForeignSignatures}. */
final class SignatureEdits {
    private static final Set<String> THINKING = Set.of("thinking", "redacted_thinking");

    private final Edits edits;
    private final Destination to;

    private SignatureEdits(Edits edits, Destination to) {
        this.edits = edits;
        this.to = to;
    }

    /** Sorted; {@code root} was parsed from {@code body}. */
    static List<Splice> of(Operation operation, byte[] body, Json.Obj root, Destination to) {
        SignatureEdits signatures = new SignatureEdits(new Edits(body), to);
        switch (operation) {
            case MESSAGES, COUNT_TOKENS -> signatures.messages(root);
            case CHAT_COMPLETIONS -> signatures.chat(root);
            case RESPONSES, INPUT_TOKENS -> signatures.responses(root);
            case GENERATE_CONTENT, STREAM_GENERATE_CONTENT -> signatures.contents(root);
            case GEMINI_COUNT_TOKENS -> {
                signatures.contents(root);
                for (String spelling : List.of("generateContentRequest", "generate_content_request")) {
                    if (root.get(spelling) instanceof Json.Obj inner) {
                        signatures.contents(inner);
                    }
                }
            }
            case EMBEDDINGS, EMBED_CONTENT, BATCH_EMBED_CONTENTS -> {} // hold no conversation
            case CONVERSE, CONVERSE_STREAM -> {} // no client's
        }
        return signatures.edits.sorted();
    }

    private void messages(Json.Obj root) {
        if (!(root.get("messages") instanceof Json.Arr messages)) {
            return;
        }
        Set<Integer> emptied = new TreeSet<>();
        boolean unsigned = false; // of the last message of the assistant's
        for (int i = 0; i < messages.items().size(); i++) {
            if (messages.items().get(i) instanceof Json.Obj message
                    && message.get("content") instanceof Json.Arr content) {
                Set<Integer> foreign = foreignThinking(content);
                if (foreign.size() == content.items().size() && !foreign.isEmpty()) {
                    emptied.add(i);
                } else {
                    edits.removeItems(content, foreign, "messages[].content[].signature");
                    if ("assistant".equals(string(message, "role"))) {
                        unsigned = !foreign.isEmpty() && !beginsWithThinking(content, foreign);
                    }
                }
            }
        }
        edits.removeItems(messages, emptied, "messages[].content[].signature");
        if (unsigned && endsWithToolResult(messages)) {
            withoutThinking(root);
        }
    }

    private Set<Integer> foreignThinking(Json.Arr content) {
        Set<Integer> foreign = new TreeSet<>();
        for (int i = 0; i < content.items().size(); i++) {
            if (content.items().get(i) instanceof Json.Obj block) {
                String slot = switch (string(block, "type")) {
                    case "thinking" -> "signature";
                    case "redacted_thinking" -> "data";
                    case null, default -> null;
                };
                if (slot != null && isForeign(block, slot, Protocol.MESSAGES, "messages[].content[]." + slot)) {
                    foreign.add(i);
                }
            }
        }
        return foreign;
    }

    private static boolean beginsWithThinking(Json.Arr content, Set<Integer> removed) {
        for (int i = 0; i < content.items().size(); i++) {
            if (!removed.contains(i) && content.items().get(i) instanceof Json.Obj block) {
                String type = string(block, "type");
                return type != null && THINKING.contains(type);
            }
        }
        return false;
    }

    private static boolean endsWithToolResult(Json.Arr messages) {
        return !messages.items().isEmpty()
                && messages.items().getLast() instanceof Json.Obj last
                && last.get("content") instanceof Json.Arr content
                && content.items().stream()
                        .anyMatch(block ->
                                block instanceof Json.Obj object && "tool_result".equals(string(object, "type")));
    }

    /**
     * Where a budget is set, Anthropic demands signed thinking before the calls whose results it gets (<a
     * href="https://platform.claude.com/docs/en/build-with-claude/extended-thinking">extended thinking</a>): this once, without.
     */
    private void withoutThinking(Json.Obj root) {
        if (root.get("thinking") instanceof Json.Obj thinking && "enabled".equals(string(thinking, "type"))) {
            edits.replace(thinking, "{\"type\":\"disabled\"}", "thinking");
            if (root.get("context_management") instanceof Json.Obj management) {
                edits.removeMember(
                        "context_management", management, "context_management"); // clears thinking, where there is any
            }
        }
    }

    private void chat(Json.Obj root) {
        for (Json message : items(root.get("messages"))) {
            for (Json call : items(message instanceof Json.Obj object ? object.get("tool_calls") : null)) {
                if (call instanceof Json.Obj object
                        && object.get("extra_content") instanceof Json.Obj extra
                        && extra.get("google") instanceof Json.Obj google) {
                    chatCall(extra, google);
                }
            }
        }
    }

    /** The field is Google's, which has an endpoint of this dialect; OpenAI itself knows no such field. */
    private void chatCall(Json.Obj extra, Json.Obj google) {
        String field = "messages[].tool_calls[].extra_content";
        if (google.get("thought_signature") instanceof Json.Text value) {
            Signature signature = Signature.enveloped(value.string()).orElse(null);
            if (signature == null) {
                return;
            }
            boolean googles =
                    signature.home() == Protocol.GENERATE_CONTENT || signature.home() == Protocol.CHAT_COMPLETIONS;
            if (googles && to.model().toLowerCase(Locale.ROOT).contains("gemini")) {
                edits.replaceText(value, signature.value(), field);
            } else {
                edits.removeMember("extra_content", extra, field);
            }
        }
    }

    private void responses(Json.Obj root) {
        if (root.get("input") instanceof Json.Arr input) {
            Set<Integer> foreign = new TreeSet<>();
            String field = "input[].encrypted_content";
            for (int i = 0; i < input.items().size(); i++) {
                if (input.items().get(i) instanceof Json.Obj item
                        && "reasoning".equals(string(item, "type"))
                        && isForeign(item, "encrypted_content", Protocol.RESPONSES, field)) {
                    foreign.add(i);
                }
            }
            edits.removeItems(input, foreign, field);
        }
    }

    private void contents(Json.Obj root) {
        if (!(root.get("contents") instanceof Json.Arr contents)) {
            return;
        }
        Set<Integer> emptied = new TreeSet<>();
        for (int i = 0; i < contents.items().size(); i++) {
            if (contents.items().get(i) instanceof Json.Obj content && content.get("parts") instanceof Json.Arr parts) {
                Set<Integer> removed = new TreeSet<>();
                for (int k = 0; k < parts.items().size(); k++) {
                    if (parts.items().get(k) instanceof Json.Obj part && goes(part)) {
                        removed.add(k);
                    }
                }
                if (removed.size() == parts.items().size() && !removed.isEmpty()) {
                    emptied.add(i);
                } else {
                    edits.removeItems(parts, removed, "contents[].parts[].thoughtSignature");
                }
            }
        }
        edits.removeItems(contents, emptied, "contents[].parts[].thoughtSignature");
    }

    /** Whether the whole part goes: a thought, or what was a signature alone. Of others just the signature does. */
    private boolean goes(Json.Obj part) {
        String name = part.get("thoughtSignature") != null ? "thoughtSignature" : "thought_signature";
        String field = "contents[].parts[]." + name;
        if (!isForeign(part, name, Protocol.GENERATE_CONTENT, field) || !(part.get(name) instanceof Json.Text value)) {
            return false;
        }
        boolean call = part.get("functionCall") != null || part.get("function_call") != null;
        boolean thought = part.get("thought") instanceof Json.Bool flag && flag.value();
        boolean alone = part.members().size() == 1
                || (part.members().size() == 2 && part.get("text") instanceof Json.Text text && text.isEmpty());
        if (thought || alone) {
            return true;
        }
        if (call && to.takes(Takes.EFFORT)) { // levels are Gemini 3's, and so is the demand for a signature
            edits.replaceText(value, Signature.GEMINI_PLACEHOLDER, field);
        } else {
            edits.removeMember(name, value, field);
        }
        return false;
    }

    /** Whether another provider's envelope stands there. One of the slot's own protocol is opened in place. */
    private boolean isForeign(Json.Obj holder, String slot, Protocol home, String field) {
        if (!(holder.get(slot) instanceof Json.Text value)) {
            return false;
        }
        Signature signature = Signature.enveloped(value.string()).orElse(null);
        if (signature != null && signature.home() == home) {
            edits.replaceText(value, signature.value(), field);
        }
        return signature != null && signature.home() != home;
    }

    private static List<Json> items(@Nullable Json value) {
        return value instanceof Json.Arr array ? array.items() : List.of();
    }

    private static @Nullable String string(Json.Obj object, String name) {
        return object.get(name) instanceof Json.Text text ? text.string() : null;
    }
}

package dev.tollgate.dialects.chat;

import dev.tollgate.dialects.conversation.Part;
import dev.tollgate.dialects.conversation.Path;
import dev.tollgate.dialects.conversation.Protocol;
import dev.tollgate.dialects.conversation.Signature;
import dev.tollgate.dialects.conversation.Tool;
import dev.tollgate.dialects.conversation.ToolInput;
import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.kit.Draws;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** What requests and answers of Chat Completions are made of; every path is the root. */
abstract class GeneratedChatParts extends Draws {
    static final Path AT = Path.ROOT;
    private static final String[] WORDS = {
        "a", " b", "Köln", "👋", "\"", "\\", "\n", "\t", "\u0001", "\u2028", "{\"x\":1}", "data: [DONE]", "\ud83d"
    };
    static final Tool SEARCH = new Tool.BuiltIn(
            AT,
            Protocol.CHAT_COMPLETIONS,
            "web_search_options",
            Tool.BuiltIn.Ability.WEB_SEARCH,
            ChatKit.object("{\"search_context_size\":\"low\"}"));

    int calls;

    GeneratedChatParts(RandomGenerator random) {
        super(random, 3);
    }

    String string() {
        return String.join("", some(1, 5, () -> one(WORDS)));
    }

    Json.Text text() {
        return Json.Text.of(string());
    }

    String name() {
        return one("f", "g", "h") + random.nextInt(1000);
    }

    Json.Num number() {
        return ChatKit.number(one("0", "1", "0.70", "-1.5", "1e-3", "2.0E+1"));
    }

    Json.Obj object() {
        return ChatKit.object(one("{}", "{\"a\": [1, {\"b\":null}]}", "{\"type\":\"object\",\"x\":\"\\u00e9\\/\"}"));
    }

    Part.ToolCall call() {
        ToolInput input = random.nextBoolean() ? new ToolInput.Encoded(text()) : new ToolInput.Free(text());
        return new Part.ToolCall(AT, "call_" + calls++, null, name(), input, null, signature());
    }

    @Nullable
    Signature signature() {
        return maybe(() -> new Signature(Protocol.CHAT_COMPLETIONS, null, "QUJD"));
    }
}

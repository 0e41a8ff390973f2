package dev.tollgate.dialects.responses;

import dev.tollgate.dialects.conversation.Citation;
import dev.tollgate.dialects.conversation.Extra;
import dev.tollgate.dialects.conversation.Part;
import dev.tollgate.dialects.conversation.Path;
import dev.tollgate.dialects.conversation.Protocol;
import dev.tollgate.dialects.conversation.Signature;
import dev.tollgate.dialects.conversation.ToolInput;
import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.kit.Draws;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.NullUnmarked;

/** What requests and answers of Responses are made of, in the form in which it is read back. */
@NullUnmarked // the compiler does not see that nested types may be null in class files
abstract class GeneratedParts extends Draws {
    static final List<String> TEXTS = List.of(
            "Hi",
            "two\nlines",
            "\"quoted\" \\ back",
            "Zürich 🌤 — ok",
            "\u0001\t",
            "{\"a\":[1,2]}",
            "data: x\n\n",
            "Error: no");
    int ids;

    GeneratedParts(RandomGenerator random) {
        super(random, 2);
    }

    String id(String prefix) {
        return prefix + ids++;
    }

    Json.Text text() {
        return Json.Text.of(TEXTS.get(random.nextInt(TEXTS.size())) + random.nextInt(100));
    }

    /** What the assistant says; of an answer also what a client gets from other providers. */
    Part output(boolean answer) {
        return switch (random.nextInt(6)) {
            case 0 -> new Part.Refusal(Path.ROOT, text());
            case 1 -> reasoning(answer);
            case 2 -> call(answer);
            case 3 ->
                answer
                        ? reasoning(true)
                        : new Part.Opaque(
                                Path.ROOT,
                                Protocol.RESPONSES,
                                "web_search_call",
                                Kit.json("{'type':'web_search_call','id':'ws_1'}"),
                                Extra.Weight.HINT);
            default -> new Part.Text(Path.ROOT, text(), some(0, 2, this::citation), null, null);
        };
    }

    Citation citation() {
        int start = random.nextInt(5);
        Json.Obj raw = (Json.Obj) Kit.json("{'type':'url_citation','start_index':" + start
                + ",'end_index':7,'url':'https://example.org','title':'T'}");
        return new Citation(
                Path.ROOT,
                Json.Text.of("https://example.org"),
                Json.Text.of("T"),
                null,
                start,
                7,
                Protocol.RESPONSES,
                raw);
    }

    Part call(boolean answer) {
        Signature signature = answer ? maybe(() -> new Signature(Protocol.GENERATE_CONTENT, null, "CpcD")) : null;
        ToolInput input = random.nextBoolean() ? new ToolInput.Free(text()) : new ToolInput.Encoded(text());
        String namespace = answer ? maybe(() -> "mcp__files") : null;
        return new Part.ToolCall(Path.ROOT, id("call_"), namespace, id("tool"), input, null, signature);
    }

    Part reasoning(boolean answer) {
        boolean foreign = answer && random.nextBoolean();
        Signature signature = new Signature(
                foreign ? Protocol.MESSAGES : Protocol.RESPONSES, foreign ? null : id("rs_"), "gAAA" + id("x") + "==");
        return switch (random.nextInt(3)) {
            case 0 -> new Part.Reasoning(Path.ROOT, true, List.of(), signature, true);
            case 1 -> new Part.Reasoning(Path.ROOT, true, List.of(), signature, !foreign);
            default -> new Part.Reasoning(Path.ROOT, random.nextBoolean(), some(1, 3, this::text), signature, false);
        };
    }
}

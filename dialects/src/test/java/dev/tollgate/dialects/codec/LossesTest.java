package dev.tollgate.dialects.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.tollgate.dialects.conversation.Extra;
import dev.tollgate.dialects.conversation.Path;
import dev.tollgate.dialects.conversation.Protocol;
import dev.tollgate.dialects.conversation.Request;
import dev.tollgate.dialects.conversation.Said;
import dev.tollgate.dialects.conversation.Signature;
import dev.tollgate.dialects.conversation.Thinking;
import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.ParsedJson;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LossesTest {
    private static final Path BLOCKS = Path.ROOT.member("messages").element(2).member("content");

    @Test
    void aFieldIsListedOnceWithItsFirstPlace() {
        Losses losses = new Losses();
        losses.request(BLOCKS.element(0).member("cache_control"), "no word for it");
        losses.request(BLOCKS.element(1).member("cache_control"), "no word for it");
        losses.answer(Path.ROOT.member("container"), "only Anthropic knows it");
        losses.request((Said<?>) null, "was never said");
        losses.request(new Said<>(Path.ROOT.member("top_k"), 5), "no word for it");
        assertEquals(List.of("messages[].content[].cache_control", "top_k"), losses.requestFields());
        assertEquals(
                List.of("messages[2].content[0].cache_control", "top_k"),
                losses.ofMeaning().stream().map(loss -> loss.at().toString()).toList());
        assertEquals(3, losses.list().size());
    }

    @Test
    void whatDoesNotShapeTheAnswerIsIncidental() {
        Losses losses = new Losses();
        losses.incidental(BLOCKS.element(0), "thinking of an earlier turn");
        losses.request(new Extra(Path.ROOT.member("diagnostics"), Json.Obj.EMPTY, Extra.Weight.INCIDENTAL, "its own"));
        losses.answer(Path.ROOT.member("container"), "only Anthropic knows it");
        assertEquals(List.of(), losses.ofMeaning());
        losses.request(BLOCKS.element(1), "a block that nobody else can read");
        losses.request(new Extra(Path.ROOT.member("novelty"), Json.Obj.EMPTY, Extra.Weight.HINT, "unknown field"));
        losses.incidental(BLOCKS.element(2), "thinking of an earlier turn");
        assertEquals(
                List.of("messages[2].content[1]", "novelty"),
                losses.ofMeaning().stream().map(loss -> loss.at().toString()).toList());
        assertEquals(List.of("messages[].content[]", "diagnostics", "novelty"), losses.requestFields());
    }

    @ParameterizedTest
    @CsvSource({
        "temperature,1,true",
        "temperature,1.0,true",
        "temperature,0.9,false",
        "temperature,0,false",
        "top_p,0.95,true",
        "topP,1,true",
        "topP,0.9,false",
        "topK,64,true",
        "top_k,5,false",
        "presence_penalty,0,true",
        "frequencyPenalty,0.1,false",
        "seed,1,false"
    })
    void aVendorsOwnDefaultAsksForNothing(String name, String number, boolean incidental) {
        Reading reading = new Reading();
        Losses losses = new Losses();
        losses.sampling(fields("{\"" + name + "\":" + number + "}", reading).saidNumber(name), "no word for it");
        assertEquals(incidental, losses.ofMeaning().isEmpty());
        assertEquals(List.of(name), losses.requestFields());
    }

    @Test
    void theListIsBounded() {
        Losses losses = new Losses();
        for (int i = 0; i < Losses.MOST + 10; i++) {
            losses.request(Path.ROOT.member("f" + i), "unknown field");
        }
        losses.request(Path.ROOT.member("f0"), "unknown field");
        assertEquals(Losses.MOST, losses.list().size());
        assertEquals(10, losses.uncounted());
    }

    @Test
    void whatNobodyTookIsAnExtra() {
        Reading reading = new Reading();
        Fields fields = fields("{\"a\":1,\"b\":\"x\",\"c\":null,\"d\":{}}", reading);
        assertEquals("x", fields.string("b"));
        fields.end();
        assertEquals(
                List.of("a", "d"),
                reading.extras().stream().map(extra -> extra.at().toString()).toList());
        assertEquals(new Outcome.Done<>("value"), reading.outcome("value"));
    }

    @Test
    void theFirstWrongTypeIsNamed() {
        Reading reading = new Reading();
        Fields fields = fields("{\"a\":1,\"b\":-1}", reading);
        assertEquals(null, fields.text("a"));
        assertEquals(-1, fields.count("b"));
        assertEquals(new Outcome.Malformed<>("a: a string is expected."), reading.outcome("value"));
    }

    @Test
    void aSignatureComesHomeFromAnotherProtocolsSlot() {
        Signature signature = new Signature(Protocol.RESPONSES, "rs_1", "gAAA-_=");
        assertEquals(signature, Signature.open(Protocol.MESSAGES, null, signature.envelope()));
        assertEquals(new Signature(Protocol.MESSAGES, null, "Eq8B"), Signature.open(Protocol.MESSAGES, null, "Eq8B"));
    }

    @Test
    void longToolNamesStayApart() {
        ToolNames names = new ToolNames(
                Protocol.CHAT_COMPLETIONS,
                new Request(
                        null,
                        List.of(),
                        List.of(),
                        Request.Tools.NONE,
                        Request.Sampling.UNSAID,
                        Request.Output.UNSAID,
                        Thinking.UNSAID,
                        Request.Context.UNSAID,
                        null,
                        false,
                        true,
                        List.of()));
        String stem = "mcp__server__".repeat(6);
        assertEquals("Bash", names.atProvider(null, "Bash"));
        assertEquals(64, names.atProvider(null, stem + "a").length());
        assertNotEquals(names.atProvider(null, stem + "a"), names.atProvider(null, stem + "b"));
        assertEquals("ns__run", names.atProvider("ns", "run"));
        assertEquals("unknown", names.atClient("unknown").name());
    }

    private static Fields fields(String document, Reading reading) {
        byte[] bytes = document.getBytes(UTF_8);
        ParsedJson.Whole whole = assertInstanceOf(ParsedJson.Whole.class, Json.parse(bytes, 0, bytes.length));
        return new Fields(Path.ROOT, (Json.Obj) whole.value(), reading);
    }
}

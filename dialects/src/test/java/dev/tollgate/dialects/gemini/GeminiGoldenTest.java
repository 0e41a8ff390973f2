package dev.tollgate.dialects.gemini;

import static dev.tollgate.dialects.gemini.GeminiSupport.ALL;
import static dev.tollgate.dialects.gemini.GeminiSupport.exchange;
import static dev.tollgate.dialects.gemini.GeminiSupport.golden;
import static dev.tollgate.dialects.gemini.GeminiSupport.placeless;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.tollgate.dialects.ErrorKind;
import dev.tollgate.dialects.Usage;
import dev.tollgate.dialects.codec.Exchange;
import dev.tollgate.dialects.codec.Losses;
import dev.tollgate.dialects.codec.Outcome;
import dev.tollgate.dialects.conversation.Answer;
import dev.tollgate.dialects.conversation.Extra;
import dev.tollgate.dialects.conversation.Part;
import dev.tollgate.dialects.conversation.Request;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GeminiGoldenTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "plain",
                "system-blocks",
                "images",
                "documents",
                "tools",
                "tool-choice",
                "parallel-tools",
                "tool-results",
                "thinking",
                "signatures-home",
                "structured",
                "sampling",
                "stops",
                "n",
                "logprobs",
                "citations",
                "refusal",
                "usage"
            })
    void aRequestIsReadWholeAndSaysTheSameWhenWritten(String feature) {
        Request read = read(golden(feature + "/gemini.request.json"));
        assertEquals(List.of(), read.extras());
        Losses losses = new Losses();
        Outcome<byte[]> written = GeminiSupport.writing(read, losses, ALL);
        Request again = read(((Outcome.Done<byte[]>) written).value());
        assertEquals(List.of(), losses.list());
        assertEquals(placeless(read), placeless(again));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "plain",
                "tools",
                "parallel-tools",
                "thinking",
                "signatures-home",
                "structured",
                "stops",
                "n",
                "logprobs",
                "citations",
                "refusal",
                "usage"
            })
    void anAnswerIsReadWholeAndSaysTheSameWhenWritten(String feature) {
        Answer read = answer(golden(feature + "/gemini.answer.json"));
        for (Extra extra : read.extras()) {
            assertEquals(true, extra.why().startsWith("only Gemini"), extra.at() + ": " + extra.why());
        }
        Exchange exchange = exchange();
        Answer again = answer(GeminiSupport.CODEC.wholeWriter().write(read, exchange));
        assertEquals(placeless(read.choices()), placeless(again.choices()));
        assertEquals(searchless(read), again.usage());
        assertEquals(read.id(), again.id());
    }

    @Test
    void anExplicitZeroStaysZero() {
        assertEquals(
                new Usage(135, 4096, 0, 0, 64, 64, 0),
                answer(golden("usage/gemini.answer.json")).usage());
    }

    @Test
    void thoughtsTextsAndCallsComeInTheirOrder() {
        List<Part> parts = answer(golden("thinking/gemini.answer.json"))
                .choices()
                .getFirst()
                .parts();
        assertInstanceOf(Part.Reasoning.class, parts.getFirst());
        assertEquals("There are 25.", ((Part.Text) parts.get(1)).text().string());
    }

    @Test
    void anErrorKeepsItsWords() {
        byte[] body = golden("error/gemini.error.json");
        var error = GeminiSupport.CODEC.errorReader().read(429, body, 0, body.length);
        assertEquals(ErrorKind.RATE_LIMIT, error.kind());
        assertEquals("You exceeded your current quota, please check your plan and billing details.", error.message());
    }

    private static Usage searchless(Answer answer) {
        Usage usage = Objects.requireNonNull(answer.usage());
        return new Usage(
                usage.inputTokens(), usage.cacheReadTokens(), 0, 0, usage.outputTokens(), usage.reasoningTokens(), 0);
    }

    private static Request read(byte[] body) {
        return switch (GeminiSupport.reading(body)) {
            case Outcome.Done<Request>(Request request) -> request;
            case Outcome.Malformed<Request>(String message) ->
                throw new AssertionError(message + " in " + new String(body, UTF_8));
            case Outcome.NotExpressible<Request> refused -> throw new AssertionError(refused.message());
        };
    }

    private static Answer answer(byte[] body) {
        return (Answer) assertInstanceOf(Outcome.Done.class, GeminiSupport.answering(body, exchange()))
                .value();
    }
}

package dev.tollgate.dialects.tokens;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.dialects.Dialect;
import dev.tollgate.dialects.chat.ChatCodec;
import dev.tollgate.dialects.codec.Codec;
import dev.tollgate.dialects.codec.Outcome;
import dev.tollgate.dialects.codec.RequestReader;
import dev.tollgate.dialects.conversation.Request;
import dev.tollgate.dialects.gemini.GeminiCodec;
import dev.tollgate.dialects.messages.MessagesCodec;
import dev.tollgate.dialects.responses.ResponsesCodec;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenEstimatorTest {
    private static TokenEstimator read(Codec codec, String body, String model) {
        byte[] bytes = body.getBytes(UTF_8);
        Outcome<Request> outcome =
                codec.requestReader().read(bytes, 0, bytes.length, new RequestReader.FromPath("m", false));
        if (outcome instanceof Outcome.Done<Request>(Request request)) {
            return new TokenEstimator(request, Dialect.OPENAI, model);
        }
        throw new AssertionError(outcome.toString());
    }

    private static TokenEstimate messages(String model, String fields) {
        return read(MessagesCodec.codec(), "{\"model\":\"m\"," + fields + "}", model)
                .estimate();
    }

    private static TokenEstimate content(String model, String blocks) {
        return messages(model, "\"messages\":[{\"role\":\"user\",\"content\":[" + blocks + "]}]");
    }

    private static final String WEATHER = "{\"type\":\"object\",\"properties\":{\"location\":{\"type\":\"string\","
            + "\"description\":\"The city and state, e.g. San Francisco, CA\"}},\"required\":[\"location\"]}";

    /** The examples of Anthropic's page "Token counting", with what it says they have. */
    @ParameterizedTest
    @ValueSource(strings = {"claude-haiku-4-5", "claude-opus-5"})
    void anthropicsOwnExamplesAreNotUnderestimated(String model) {
        TokenEstimate hello = messages(
                model,
                "\"system\":\"You are a scientist\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello, Claude\"}]");
        assertTrue(hello.atLeast() <= 14 && hello.tokens() >= 14 && hello.tokens() <= 30, hello.toString());
        TokenEstimate tools = messages(
                model,
                "\"tools\":[{\"name\":\"get_weather\",\"description\":\"Get the current weather in a given location\","
                        + "\"input_schema\":" + WEATHER + "}],\"messages\":[{\"role\":\"user\",\"content\":"
                        + "\"What's the weather like in San Francisco?\"}]");
        assertTrue(tools.atLeast() <= 403 && tools.tokens() >= 403 && tools.tokens() <= 650, tools.toString());
    }

    /** The same agent's turn in each protocol: system prompt, tool, call, result, image. */
    @Test
    void oneConversationCountsTheSameInEveryDialect() throws Exception {
        String png = Base64.getEncoder().encodeToString(ImageSizeTest.image("png", 640, 480));
        long messages = messages(
                        "gpt-6-sol",
                        "\"system\":\"You know the weather.\",\"tools\":[{\"name\":\"weather\",\"description\":\"Tells it.\","
                                + "\"input_schema\":" + WEATHER + "}],\"messages\":[{\"role\":\"user\",\"content\":["
                                + "{\"type\":\"image\",\"source\":{\"type\":\"base64\",\"media_type\":\"image/png\",\"data\":\""
                                + png + "\"}},{\"type\":\"text\",\"text\":\"What is it like here?\"}]},"
                                + "{\"role\":\"assistant\",\"content\":[{\"type\":\"tool_use\",\"id\":\"c1\",\"name\":\"weather\","
                                + "\"input\":{\"location\":\"Rome\"}}]},{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\","
                                + "\"tool_use_id\":\"c1\",\"content\":\"Sunny, 24 degrees\"}]}]")
                .tokens();
        long chat = read(
                        ChatCodec.codec(),
                        "{\"model\":\"m\",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"weather\","
                                + "\"description\":\"Tells it.\",\"parameters\":" + WEATHER + "}}],\"messages\":["
                                + "{\"role\":\"system\",\"content\":\"You know the weather.\"},{\"role\":\"user\",\"content\":["
                                + "{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64," + png
                                + "\"}},"
                                + "{\"type\":\"text\",\"text\":\"What is it like here?\"}]},{\"role\":\"assistant\","
                                + "\"content\":null,\"tool_calls\":[{\"id\":\"c1\",\"type\":\"function\",\"function\":{\"name\":"
                                + "\"weather\",\"arguments\":\"{\\\"location\\\":\\\"Rome\\\"}\"}}]},{\"role\":\"tool\","
                                + "\"tool_call_id\":\"c1\",\"content\":\"Sunny, 24 degrees\"}]}",
                        "gpt-6-sol")
                .estimate()
                .tokens();
        long responses = read(
                        ResponsesCodec.codec(),
                        "{\"model\":\"m\",\"instructions\":\"You know the weather.\",\"tools\":[{\"type\":\"function\","
                                + "\"name\":\"weather\",\"description\":\"Tells it.\",\"parameters\":" + WEATHER
                                + "}],\"input\":[{\"role\":\"user\",\"content\":[{\"type\":\"input_image\",\"image_url\":"
                                + "\"data:image/png;base64," + png + "\"},{\"type\":\"input_text\",\"text\":"
                                + "\"What is it like here?\"}]},{\"type\":\"function_call\",\"call_id\":\"c1\",\"name\":"
                                + "\"weather\",\"arguments\":\"{\\\"location\\\":\\\"Rome\\\"}\"},{\"type\":"
                                + "\"function_call_output\",\"call_id\":\"c1\",\"output\":\"Sunny, 24 degrees\"}]}",
                        "gpt-6-sol")
                .estimate()
                .tokens();
        long gemini = read(
                        GeminiCodec.codec(),
                        "{\"systemInstruction\":{\"parts\":[{\"text\":\"You know the weather.\"}]},\"tools\":["
                                + "{\"functionDeclarations\":[{\"name\":\"weather\",\"description\":\"Tells it.\","
                                + "\"parametersJsonSchema\":" + WEATHER
                                + "}]}],\"contents\":[{\"role\":\"user\",\"parts\":["
                                + "{\"inlineData\":{\"mimeType\":\"image/png\",\"data\":\"" + png + "\"}},"
                                + "{\"text\":\"What is it like here?\"}]},{\"role\":\"model\",\"parts\":[{\"functionCall\":"
                                + "{\"name\":\"weather\",\"args\":{\"location\":\"Rome\"}}}]},{\"role\":\"user\",\"parts\":["
                                + "{\"functionResponse\":{\"name\":\"weather\",\"response\":{\"result\":"
                                + "\"Sunny, 24 degrees\"}}}]}]}",
                        "gpt-6-sol")
                .estimate()
                .tokens();
        assertEquals(messages, chat);
        assertEquals(messages, responses);
        // Gemini's response is an object, whose braces and names count.
        assertTrue(gemini >= messages && gemini <= messages + 10, gemini + " and " + messages);
        assertTrue(messages > 20 * 15 * 1.2, "the image counts: " + messages);
    }

    @ParameterizedTest
    @CsvSource({"png", "jpg", "gif"})
    void anImageCountsByItsSizeAndNotByItsBytes(String format) throws Exception {
        String data = Base64.getEncoder().encodeToString(ImageSizeTest.image(format, 1_000, 1_000));
        TokenEstimate estimate = content(
                "claude-haiku-4-5",
                "{\"type\":\"image\",\"source\":{\"type\":\"base64\",\"media_type\":\"image/" + format
                        + "\",\"data\":\"" + data + "\"}}");
        assertEquals(1_334 + 3 * CountingRules.FRAME, estimate.tokens());
        assertEquals(64, estimate.atLeast());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"url\",\"url\":\"https://example.com/a.png\"}",
                "{\"type\":\"file\",\"file_id\":\"file_1\"}",
                "{\"type\":\"base64\",\"media_type\":\"image/png\",\"data\":\"bm8gaW1hZ2U=\"}",
                "{\"type\":\"base64\",\"media_type\":\"image/png\",\"data\":\"***\"}"
            })
    void anImageThatNobodyCanMeasureCountsAsAPhotograph(String source) {
        TokenEstimate estimate = content("claude-opus-5", "{\"type\":\"image\",\"source\":" + source + "}");
        assertEquals(4_195 + 3 * CountingRules.FRAME, estimate.tokens()); // 2048 * 1536 / 750
        assertEquals(0, estimate.atLeast());
    }

    @ParameterizedTest
    @CsvSource({"claude-haiku-4-5, 4600", "gemini-2.5-pro, 258", "gemini-3.8-flash, 560"})
    void aPdfCountsByItsPages(String model, long page) {
        TokenEstimate estimate = content(
                model,
                "{\"type\":\"document\",\"source\":{\"type\":\"base64\",\"media_type\":\"application/pdf\",\"data\":\""
                        + Base64.getEncoder().encodeToString(PdfPagesTest.pdf(7)) + "\"}}");
        assertEquals(7 * page + 3 * CountingRules.FRAME, estimate.tokens());
        assertEquals(700, estimate.atLeast());
    }

    @Test
    void everythingThatTheModelReadsCounts() {
        String words = "alpha beta gamma delta epsilon zeta eta theta ".repeat(20);
        long nothing = content("gpt-6-sol", "{\"type\":\"text\",\"text\":\"\"}").tokens();
        for (String block : new String[] {
            "{\"type\":\"text\",\"text\":\"%s\"}",
            "{\"type\":\"document\",\"source\":{\"type\":\"text\",\"media_type\":\"text/plain\",\"data\":\"%s\"}}",
            "{\"type\":\"document\",\"title\":\"%s\",\"source\":{\"type\":\"text\",\"data\":\"x\"}}",
            "{\"type\":\"document\",\"source\":{\"type\":\"content\",\"content\":[{\"type\":\"text\",\"text\":\"%s\"}]}}",
            "{\"type\":\"search_result\",\"source\":\"s\",\"title\":\"t\",\"content\":[{\"type\":\"text\",\"text\":\"%s\"}]}",
            "{\"type\":\"tool_result\",\"tool_use_id\":\"c\",\"content\":\"%s\"}",
            "{\"type\":\"tool_result\",\"tool_use_id\":\"c\",\"content\":[{\"type\":\"text\",\"text\":\"%s\"}]}"
        }) {
            long tokens = content("gpt-6-sol", block.formatted(words)).tokens();
            assertTrue(tokens - nothing >= 160 && tokens - nothing < 400, block + ": " + tokens);
        }
        for (String block : new String[] {
            "{\"type\":\"thinking\",\"thinking\":\"%s\",\"signature\":\"c2ln\"}",
            "{\"type\":\"tool_use\",\"id\":\"c\",\"name\":\"n\",\"input\":{\"a\":\"%s\"}}",
            "{\"type\":\"server_tool_use\",\"id\":\"c\",\"name\":\"web_search\",\"input\":{\"query\":\"%s\"}}"
        }) {
            TokenEstimate estimate = messages(
                    "gpt-6-sol",
                    "\"messages\":[{\"role\":\"user\",\"content\":\"\"},{\"role\":\"assistant\",\"content\":["
                            + block.formatted(words) + "]}]");
            assertTrue(estimate.tokens() - nothing >= 160 && estimate.tokens() - nothing < 400, block + estimate);
        }
        TokenEstimate schema = messages(
                "gpt-6-sol",
                "\"output_config\":{\"format\":{\"type\":\"json_schema\",\"schema\":{\"description\":\"" + words
                        + "\"}}},\"messages\":[{\"role\":\"user\",\"content\":\"\"}]");
        assertTrue(schema.tokens() - nothing >= 160, schema.toString());
    }

    @Test
    void thoughtsAreNotSureToBeRead() {
        TokenEstimate estimate = messages(
                "claude-opus-5",
                "\"messages\":[{\"role\":\"user\",\"content\":\"\"},{\"role\":\"assistant\",\"content\":[{\"type\":"
                        + "\"thinking\",\"thinking\":\"Let me see, one by one.\",\"signature\":\"c2ln\"},{\"type\":"
                        + "\"redacted_thinking\",\"data\":\"" + "QUJD".repeat(400) + "\"}]}]");
        assertTrue(estimate.tokens() > 300, estimate.toString());
        assertEquals(0, estimate.atLeast());
    }

    @Test
    void aToolsSchemaAndInputAreNotSureToBeReadAsTheyStand() {
        String spread = "{" + " ".repeat(9_000) + "\"a\":" + "\n".repeat(9_000) + "\"b\"}";
        TokenEstimate estimate = messages(
                "claude-opus-5",
                "\"tools\":[{\"name\":\"n\",\"input_schema\":" + spread + "}],\"messages\":[{\"role\":\"user\","
                        + "\"content\":\"\"},{\"role\":\"assistant\",\"content\":[{\"type\":\"tool_use\",\"id\":\"c\","
                        + "\"name\":\"n\",\"input\":" + spread + "}]}]");
        assertTrue(estimate.atLeast() < 10 && estimate.tokens() > 500, estimate.toString());
    }

    @Test
    void bytesBoundTheSureTokensWithoutCounting() {
        TokenEstimator estimator = read(
                MessagesCodec.codec(),
                "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"" + "word ".repeat(1_000) + "\"}]}",
                "claude-opus-5");
        assertEquals(2_500, estimator.byBytes(2));
        assertTrue(estimator.estimate().atLeast() < 2_500);
    }
}

package dev.tollgate.dialects;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tollgate.dialects.chat.ChatCodec;
import dev.tollgate.dialects.codec.Codec;
import dev.tollgate.dialects.codec.Conversion;
import dev.tollgate.dialects.codec.Destination;
import dev.tollgate.dialects.codec.Exchange;
import dev.tollgate.dialects.codec.Loss;
import dev.tollgate.dialects.codec.Outcome;
import dev.tollgate.dialects.codec.ProviderCodec;
import dev.tollgate.dialects.codec.RequestReader;
import dev.tollgate.dialects.codec.StreamConversion;
import dev.tollgate.dialects.conversation.Protocol;
import dev.tollgate.dialects.converse.ConverseCodec;
import dev.tollgate.dialects.gemini.GeminiCodec;
import dev.tollgate.dialects.kit.CountingMint;
import dev.tollgate.dialects.messages.MessagesCodec;
import dev.tollgate.dialects.responses.ResponsesCodec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.opentest4j.AssertionFailedError;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Every golden document, said to each of the other protocols: one fixture for a feature, one expected output for each target. {@code golden/FEATURE/SOURCE.KIND} becomes {@code converted/FEATURE/SOURCE-to-TARGET.KIND}, with what was lost at its
 * end. {@code -Dtollgate.write=true} writes the expectations anew; the difference is then for a reader to judge.
 */
class ConversionGoldenTest {
    private static final Path RESOURCES = Path.of("src/test/resources/dev/tollgate/dialects");
    private static final boolean WRITE = Boolean.getBoolean("tollgate.write");
    private static final List<Codec> CODECS =
            List.of(MessagesCodec.codec(), ChatCodec.codec(), ResponsesCodec.codec(), GeminiCodec.codec());
    private static final List<ProviderCodec> PROVIDERS = Stream.concat(
                    CODECS.stream().map(Codec::provider), Stream.of(ConverseCodec.codec()))
            .toList();
    private static final JsonMapper PRETTY = JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    /** What a client of one protocol says is heard by a provider of another. */
    @TestFactory
    Stream<DynamicTest> requests() {
        return said("request.json", (feature, client, provider, body) -> {
            Outcome<Conversion.Converted> said = request(client, provider, body);
            return switch (said) {
                case Outcome.Done<Conversion.Converted>(var converted) ->
                    pretty(converted.body()) + losses(converted.exchange());
                case Outcome.Malformed<Conversion.Converted>(String message) ->
                    throw new AssertionFailedError(feature + ": " + message);
                case Outcome.NotExpressible<Conversion.Converted> field -> "refused: " + field.message() + "\n";
            };
        });
    }

    /** What a provider answers is heard by a client of another protocol. */
    @TestFactory
    Stream<DynamicTest> answers() {
        return heard("answer.json", (feature, client, provider, body) -> {
            Exchange exchange = exchange(feature, client, provider);
            Outcome<byte[]> heard = new Conversion(client, provider).answer(body, 0, body.length, exchange);
            return switch (heard) {
                case Outcome.Done<byte[]>(byte[] written) -> pretty(written) + losses(exchange);
                case Outcome.Malformed<byte[]>(String message) ->
                    throw new AssertionFailedError(feature + ": " + message);
                case Outcome.NotExpressible<byte[]> field -> "refused: " + field.message() + "\n";
            };
        });
    }

    /** The same, event by event, however the bytes were cut into pieces. */
    @TestFactory
    Stream<DynamicTest> streams() {
        return heard("events.sse", (feature, client, provider, body) -> {
            Heard whole = heard(feature, client, provider, body, body.length);
            for (int piece : List.of(1, 7, 64)) {
                Heard pieces = heard(feature, client, provider, body, piece);
                assertEquals(whole.text(), pieces.text(), "in pieces of " + piece);
            }
            // A stream that was cut or failed never looks finished.
            boolean broken = feature.equals("cut-stream") || feature.equals("mid-stream-error");
            assertEquals(broken, whole.failed(), "failed");
            assertEquals(!broken, whole.ended(), "ended");
            return whole.text();
        });
    }

    /** What a provider refuses with is heard in the client's form. */
    @TestFactory
    Stream<DynamicTest> errors() {
        return heard("error.json", (feature, client, provider, body) -> {
            Conversion conversion = new Conversion(client, provider);
            int status = feature.equals("error") ? 429 : 400;
            return pretty(conversion.error(conversion.readError(status, body, 0, body.length), "req_1"));
        });
    }

    private record Heard(String text, boolean ended, boolean failed) {}

    private static Heard heard(String feature, Codec client, ProviderCodec provider, byte[] body, int piece) {
        Exchange exchange = exchange(feature, client, provider);
        StreamConversion stream = new Conversion(client, provider).stream(exchange);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int at = 0; at < body.length; at += piece) {
            out.writeBytes(stream.feed(body, at, Math.min(piece, body.length - at)));
        }
        out.writeBytes(stream.end());
        return new Heard(out.toString(UTF_8) + losses(exchange), stream.ended(), stream.failed());
    }

    /** What came before the answer: the client's own request of the same feature, or the plain one. */
    private static Exchange exchange(String feature, Codec client, ProviderCodec provider) {
        byte[] body = fixture(feature, client.protocol(), "request.json");
        if (body == null) {
            body = Objects.requireNonNull(fixture("plain", client.protocol(), "request.json"));
        }
        if (request(client, provider, body) instanceof Outcome.Done<Conversion.Converted>(var converted)) {
            return converted.exchange();
        }
        body = Objects.requireNonNull(fixture("plain", client.protocol(), "request.json"));
        if (request(client, provider, body) instanceof Outcome.Done<Conversion.Converted>(var converted)) {
            return converted.exchange();
        }
        throw new AssertionFailedError("the plain request is not converted");
    }

    private static Outcome<Conversion.Converted> request(Codec client, ProviderCodec provider, byte[] body) {
        String pathModel = client.protocol().operation(false) == Operation.GENERATE_CONTENT ? "their-model" : null;
        return new Conversion(client, provider)
                .request(
                        body,
                        0,
                        body.length,
                        new RequestReader.FromPath(pathModel, false),
                        new Destination(model(provider), 4096, EnumSet.allOf(Destination.Takes.class)),
                        false,
                        new CountingMint());
    }

    /** What Converse leaves to the vendors is by the model's name. */
    private static String model(ProviderCodec provider) {
        return provider.protocol() == Protocol.CONVERSE ? "eu.anthropic.claude-our-model-v1:0" : "our-model";
    }

    @FunctionalInterface
    private interface Converter {
        String convert(String feature, Codec client, ProviderCodec provider, byte[] body);
    }

    private static Stream<DynamicTest> said(String kind, Converter converter) {
        List<DynamicTest> tests = new ArrayList<>();
        each((feature, client, provider) -> add(
                tests,
                feature,
                client.protocol(),
                provider.protocol(),
                kind,
                body -> converter.convert(feature, client, provider, body)));
        return tests.stream();
    }

    private static Stream<DynamicTest> heard(String kind, Converter converter) {
        List<DynamicTest> tests = new ArrayList<>();
        each((feature, client, provider) -> add(
                tests,
                feature,
                provider.protocol(),
                client.protocol(),
                kind,
                body -> converter.convert(feature, client, provider, body)));
        return tests.stream();
    }

    @FunctionalInterface
    private interface Pair {
        void take(String feature, Codec client, ProviderCodec provider);
    }

    private static void each(Pair pair) {
        for (String feature : features()) {
            for (Codec client : CODECS) {
                for (ProviderCodec provider : PROVIDERS) {
                    if (client.protocol() != provider.protocol()) {
                        pair.take(feature, client, provider);
                    }
                }
            }
        }
    }

    private static void add(
            List<DynamicTest> tests,
            String feature,
            Protocol from,
            Protocol to,
            String kind,
            Function<byte[], String> convert) {
        byte[] body = fixture(feature, from, kind);
        if (body != null) {
            String name = from.wireName() + "-to-" + to.wireName() + "." + kind;
            Path expected = RESOURCES.resolve("converted").resolve(feature).resolve(name);
            tests.add(DynamicTest.dynamicTest(feature + " " + name, () -> compare(expected, convert.apply(body))));
        }
    }

    private static void compare(Path expected, String actual) throws IOException {
        if (WRITE) {
            Files.createDirectories(Objects.requireNonNull(expected.getParent()));
            Files.writeString(expected, actual);
        }
        assertEquals(Files.readString(expected), actual);
    }

    private static List<String> features() {
        try (Stream<Path> folders = Files.list(RESOURCES.resolve("golden"))) {
            return folders.map(folder -> String.valueOf(folder.getFileName()))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte @Nullable [] fixture(String feature, Protocol protocol, String kind) {
        Path file = RESOURCES.resolve("golden").resolve(feature).resolve(protocol.wireName() + "." + kind);
        try {
            return Files.exists(file) ? Files.readAllBytes(file) : null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String pretty(byte[] json) {
        return PRETTY.writeValueAsString(PRETTY.readTree(json)) + "\n";
    }

    private static String losses(Exchange exchange) {
        StringBuilder text = new StringBuilder();
        for (Loss loss : exchange.losses().list()) {
            text.append("lost: ")
                    .append(loss.at())
                    .append(": ")
                    .append(loss.why())
                    .append('\n');
        }
        return text.toString();
    }
}

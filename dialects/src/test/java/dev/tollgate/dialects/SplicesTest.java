package dev.tollgate.dialects;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SplicesTest {
    @Test
    void onlyTheModelsOwnBytesChange() {
        String body = "{ \"signature\":\"EqoB\\u002f\",  \"model\" :  \"fast\" , \"unknown\": 1.0e+2 }";
        assertEquals(
                "{ \"signature\":\"EqoB\\u002f\",  \"model\" :  \"claude-\\\"x\\\"-é\" , \"unknown\": 1.0e+2 }",
                edited(Operation.MESSAGES, body, "claude-\"x\"-é"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"model":"m","stream":true} | {"stream_options":{"include_usage":true},"model":"up","stream":true}
            {"stream_options":null,"model":"m","stream":true} | {"stream_options":{"include_usage":true},"model":"up","stream":true}
            {"model":"m","stream":true,"stream_options":{ }} | {"model":"up","stream":true,"stream_options":{"include_usage":true }}
            {"model":"m","stream":true,"stream_options":{"o":1}} | {"model":"up","stream":true,"stream_options":{"include_usage":true,"o":1}}
            {"model":"m","stream":true,"stream_options":{"include_usage" : false}} | {"model":"up","stream":true,"stream_options":{"include_usage" : true}}
            {"model":"m","stream":true,"stream_options":{"include_usage":null}} | {"model":"up","stream":true,"stream_options":{"include_usage":true}}
            {"model":"m","stream":true,"stream_options":{"include_usage":true}} | {"model":"up","stream":true,"stream_options":{"include_usage":true}}
            {"model":"m","stream":false} | {"model":"up","stream":false}
            """)
    void aChatStreamIsMadeToReportItsUsage(String body, String expected) {
        String edited = edited(Operation.CHAT_COMPLETIONS, body, "up");
        assertEquals(expected, edited);
        IncludeUsage after = fields(Operation.CHAT_COMPLETIONS, edited).includeUsage();
        assertTrue(after == IncludeUsage.ASKED || after == IncludeUsage.NOT_NEEDED);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            MESSAGES | {"model":"m", "max_tokens" : 64000 ,"x":[1]} | {"model":"m", "max_tokens" : 500 ,"x":[1]}
            MESSAGES | {"model":"m"} | {"max_x":500,"model":"m"}
            CHAT_COMPLETIONS | {"model":"m","max_tokens":9000,"max_completion_tokens":100} | {"model":"m","max_tokens":500,"max_completion_tokens":100}
            CHAT_COMPLETIONS | {"model":"m","max_tokens":null} | {"model":"m","max_tokens":500}
            RESPONSES | { "model":"m"} | {"max_x":500, "model":"m"}
            GENERATE_CONTENT | {"contents":[],"generationConfig":{"maxOutputTokens":9000}} | {"contents":[],"generationConfig":{"maxOutputTokens":500}}
            GENERATE_CONTENT | {"contents":[],"generation_config":{"topK":1}} | {"contents":[],"generation_config":{"max_x":500,"topK":1}}
            GENERATE_CONTENT | {"contents":[],"generationConfig":{ }} | {"contents":[],"generationConfig":{"max_x":500 }}
            GENERATE_CONTENT | {"contents":[],"generationConfig":null} | {"contents":[],"generationConfig":{"max_x":500}}
            GENERATE_CONTENT | {"contents":[]} | {"generationConfig":{"max_x":500},"contents":[]}
            GENERATE_CONTENT | {} | {}
            EMBEDDINGS | {"model":"m","input":"x"} | {"model":"m","input":"x"}
            """)
    void anAnswersLengthIsBoundedWhereverItCanBe(Operation operation, String body, String expected) {
        byte[] bytes = body.getBytes(UTF_8);
        List<Splice> splices = Splices.outputLimit(fields(operation, body), "max_x", 500);
        assertEquals(expected, new String(Splices.apply(bytes, 0, bytes.length, splices), UTF_8));
    }

    @Test
    void modelsInsideAGeminiBodyBecomeThePaths() {
        String body =
                "{\"requests\":[{\"model\":\"models/alias\",\"x\":1},{\"model\":\"models/real\"},{\"model\":\"real\"}]}";
        List<Splice> splices = Splices.innerModels(fields(Operation.BATCH_EMBED_CONTENTS, body), "real");
        byte[] bytes = body.getBytes(UTF_8);
        assertEquals(
                body.replace("models/alias", "models/real"),
                new String(Splices.apply(bytes, 0, bytes.length, splices), UTF_8));
        assertEquals(1, splices.size());
    }

    @Test
    void appliesToARangeOfTheArray() {
        byte[] array = "__abcdef__".getBytes(UTF_8);
        List<Splice> splices = List.of(
                new Splice(2, 3, new byte[0], "a"),
                new Splice(5, 5, "XYZ".getBytes(UTF_8), "b"),
                new Splice(7, 8, "!".getBytes(UTF_8), "c"));
        assertEquals("bcXYZde!", new String(Splices.apply(array, 2, 6, splices), UTF_8));
        assertArrayEquals("abcdef".getBytes(UTF_8), Splices.apply(array, 2, 6, List.of()));
    }

    @Test
    void overlappingUnsortedOrStraySplicesAreFaults() {
        byte[] array = "abcdef".getBytes(UTF_8);
        Splice early = new Splice(0, 3, new byte[0], "a");
        Splice late = new Splice(2, 4, new byte[0], "b");
        assertThrows(IllegalArgumentException.class, () -> Splices.apply(array, 0, 6, List.of(early, late)));
        assertThrows(IllegalArgumentException.class, () -> Splices.apply(array, 0, 6, List.of(late, early)));
        assertThrows(IllegalArgumentException.class, () -> Splices.apply(array, 0, 3, List.of(late)));
        assertThrows(IllegalArgumentException.class, () -> new Splice(3, 2, new byte[0], "c"));
    }

    private static String edited(Operation operation, String body, String model) {
        RequestFields fields = fields(operation, body);
        List<Splice> splices = new ArrayList<>(List.of(Splices.model(fields, model)));
        Splices.includeUsage(fields).ifPresent(splices::add);
        splices.sort(Comparator.comparingInt(Splice::start));
        byte[] bytes = body.getBytes(UTF_8);
        return new String(Splices.apply(bytes, 0, bytes.length, splices), UTF_8);
    }

    private static RequestFields fields(Operation operation, String body) {
        byte[] bytes = body.getBytes(UTF_8);
        return ((Inspection.Readable) RequestInspector.inspect(operation, bytes, 0, bytes.length)).fields();
    }
}

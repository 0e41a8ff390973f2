package dev.tollgate.cache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tollgate.dialects.Dialect;
import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.ParsedJson;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which requests may get an answer that was given before. */
class RepeatableTest {
    private static boolean is(Dialect dialect, String body) {
        byte[] bytes = body.getBytes(UTF_8);
        return Json.parse(bytes, 0, bytes.length) instanceof ParsedJson.Whole(Json value)
                && Repeatable.is(dialect, value);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            ANTHROPIC | {"model":"m","temperature":1,"metadata":{"user_id":"u"},"container":null}
            ANTHROPIC | {"tools":[{"name":"f","input_schema":{"properties":{"url":{"type":"string"},"file_id":{}}}},{"type":"custom","name":"g"}]}
            ANTHROPIC | {"messages":[{"content":[{"type":"image","source":{"type":"base64","data":"AA=="}}]}]}
            OPENAI    | {"store":false,"background":null,"tools":[{"type":"function","function":{"name":"f"}},{"type":"custom"}],"n":3}
            OPENAI    | {"messages":[{"content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,AA=="}}]}]}
            OPENAI    | {"input":[{"type":"input_image","image_url":"data:image/png;base64,AA==","file_id":null}]}
            OPENAI    | {"input":"previous_response_id, store and file_id are just words here","tools":null}
            GEMINI    | {"contents":[{"parts":[{"inlineData":{"data":"AA=="}}]}],"tools":[{"functionDeclarations":[{"name":"f"}]}]}
            """)
    void whatIsAllInTheRequestIs(Dialect dialect, String body) {
        assertEquals(true, is(dialect, body));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            ANTHROPIC | {"container":"c_1"}
            ANTHROPIC | {"thread":{"type":"create"}}
            ANTHROPIC | {"mcp_servers":[]}
            ANTHROPIC | {"tools":[{"name":"f"},{"type":"web_search_20250305","name":"web_search"}]}
            ANTHROPIC | {"tools":[{"type":"code_execution_20250825","name":"code_execution"}]}
            ANTHROPIC | {"messages":[{"content":[{"type":"image","source":{"type":"url","url":"https://example.org/a.png"}}]}]}
            ANTHROPIC | {"messages":[{"content":[{"type":"document","source":{"type":"file","file_id":"file_1"}}]}]}
            ANTHROPIC | {"messages":[{"content":[{"type":"document","source":{"type":"file","f\\u0069le_id":"file_1"}}]}]}
            OPENAI    | {"previous_response_id":"resp_1"}
            OPENAI    | {"conversation":{"id":"conv_1"}}
            OPENAI    | {"prompt":{"id":"pmpt_1"}}
            OPENAI    | {"background":true}
            OPENAI    | {"store":true}
            OPENAI    | {"web_search_options":{}}
            OPENAI    | {"audio":{"voice":"alloy"}}
            OPENAI    | {"tools":[{"type":"web_search"}]}
            OPENAI    | {"tools":[{"name":"untyped"}]}
            OPENAI    | {"tools":[{"type":"file_search","vector_store_ids":["vs_1"]}]}
            OPENAI    | {"tools":{}}
            OPENAI    | {"messages":[{"content":[{"type":"image_url","image_url":{"url":"https://example.org/a.png"}}]}]}
            OPENAI    | {"input":[{"type":"input_image","image_url":"http://example.org/a.png"}]}
            OPENAI    | {"input":[{"type":"input_file","file_id":"file_1"}]}
            OPENAI    | {"input":[{"type":"item_reference","id":"msg_1"}]}
            GEMINI    | {"cachedContent":"cachedContents/1"}
            GEMINI    | {"cached_content":"cachedContents/1"}
            GEMINI    | {"tools":[{"functionDeclarations":[],"googleSearch":{}}]}
            GEMINI    | {"contents":[{"parts":[{"fileData":{"fileUri":"https://example.org/f"}}]}]}
            GEMINI    | {"contents":[{"parts":[{"file_data":{"file_uri":"https://example.org/f"}}]}]}
            GEMINI    | []
            """)
    void whatDependsOnMoreThanTheRequestIsNot(Dialect dialect, String body) {
        assertEquals(false, is(dialect, body));
    }
}

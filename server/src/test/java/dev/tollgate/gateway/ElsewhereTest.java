package dev.tollgate.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ElsewhereTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"messages":[{"role":"user","content":"say \\"no\\" to C:\\\\urls"}]} | false | false
            {"content":[{"type":"image","source":{}}]}                       | true  | false
            {"content":[{"type":"im\\u0061ge"}]}                               | true  | true
            {"content":"a tab\\u0009, a line\\n and a quote\\u0022"}            | false | false
            {"tools":[],"messages":[]}                                       | false | true
            {"tools":[],"previous_response_id":"r"}                          | true  | true
            {"file":"toolsmith","Image":1,"images":2}                        | false | false
            """)
    void seesPartsThatLieElsewhereAndTools(String json, boolean elsewhere, boolean tools) {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        assertEquals(new Elsewhere.Seen(elsewhere, tools), Elsewhere.look(body, 0, body.length));
    }
}

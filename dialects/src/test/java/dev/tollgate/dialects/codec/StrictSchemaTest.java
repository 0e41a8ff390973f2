package dev.tollgate.dialects.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.ParsedJson;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StrictSchemaTest {
    private static final String CLOSED =
            "{'type':'object','properties':{'a':{'type':'string'}},'required':['a'],'additionalProperties':false}";

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
        true  | CLOSED
        true  | {'type':'object','properties':{},'additionalProperties':false}
        true  | {'type':'object','properties':{'b':{'anyOf':[CLOSED,{'type':'null'}]}},'required':['b'],'additionalProperties':false}
        true  | {'type':'object','properties':{'b':{'$ref':'#/$defs/x'}},'required':['b'],'additionalProperties':false,'$defs':{'x':CLOSED}}
        true  | {'type':'object','properties':{'b':{'type':'array','items':CLOSED}},'required':['b'],'additionalProperties':false}
        false | {}
        false | {'type':'string'}
        false | {'type':'object'}
        false | {'type':'object','properties':{'a':{'type':'string'}},'additionalProperties':false}
        false | {'type':'object','properties':{'a':{'type':'string'}},'required':[],'additionalProperties':false}
        true  | {'type':'object','properties':{'a':{'type':'string'}},'required':['a']}
        true  | {'type':'object','properties':{'b':{'type':'array','items':{'properties':{}}}},'required':['b']}
        false | {'type':'object','properties':{},'additionalProperties':true}
        false | {'type':'object','properties':{'a':{'type':'string'}},'required':['a'],'additionalProperties':{'type':'string'}}
        false | {'type':'object','properties':{'a':{'type':'string'},'b':{}},'required':['a'],'additionalProperties':false}
        false | {'type':'object','properties':{'a':{'type':'object'}},'required':['a'],'additionalProperties':false}
        false | {'type':'object','properties':{'a':{'type':['object','null']}},'required':['a'],'additionalProperties':false}
        false | {'type':'object','properties':{'a':{'items':{'type':'object'}}},'required':['a'],'additionalProperties':false}
        false | {'type':'object','properties':{'a':{'oneOf':[]}},'required':['a'],'additionalProperties':false}
        false | {'type':'object','properties':{},'additionalProperties':false,'$defs':{'x':{'type':'object'}}}
        false | {'anyOf':[CLOSED]}
        """)
    void onlyClosedObjectsThatRequireEachPropertyAreStrict(boolean strict, String schema) {
        assertEquals(strict, StrictSchema.of(object(schema.replace("CLOSED", CLOSED))) != null, schema);
    }

    @Test
    void aFunctionWithoutASchemaIsNotStrict() {
        assertNull(StrictSchema.of(null));
    }

    @Test
    void objectsAreClosedWhereNothingIsSaid() {
        String open =
                "{'type':'object','properties':{'a':{'anyOf':[{'properties':{}},{'type':'object'}]},'b':{'items':{'properties':{},"
                        + "'additionalProperties':true}}},'$defs':{'x':{'properties':{}}}}";
        String closed =
                "{'type':'object','properties':{'a':{'anyOf':[{'properties':{},'additionalProperties':false},{'type':'object'}]},"
                        + "'b':{'items':{'properties':{},'additionalProperties':true}}},'$defs':{'x':{'properties':{},"
                        + "'additionalProperties':false}},'additionalProperties':false}";
        assertEquals(
                closed.replace('\'', '"'),
                new String(ClosedSchema.of(object(open)).bytes(), UTF_8));
    }

    private static Json.Obj object(String schema) {
        byte[] document = schema.replace('\'', '"').getBytes(UTF_8);
        return Json.parse(document, 0, document.length) instanceof ParsedJson.Whole(Json.Obj object)
                ? object
                : Json.Obj.EMPTY;
    }
}

package dev.tollgate.upstream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The judge itself, against the vectors of AWS's own test suite for Signature Version 4. */
class SigV4Test {
    private static final String SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

    private static SigV4.Request request(String method, String type, String body) {
        Map<String, String> headers = type.isEmpty()
                ? Map.of("host", "example.amazonaws.com", "x-amz-date", "20150830T123600Z")
                : Map.of("host", "example.amazonaws.com", "x-amz-date", "20150830T123600Z", "content-type", type);
        return new SigV4.Request(method, "/", headers, body.getBytes(UTF_8));
    }

    @ParameterizedTest
    @CsvSource({
        // get-vanilla, post-vanilla, post-x-www-form-urlencoded
        "GET, '', '', host;x-amz-date, 5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
        "POST, '', '', host;x-amz-date, 5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
        "POST, application/x-www-form-urlencoded, Param1=value1, content-type;host;x-amz-date,"
                + " ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
    })
    void signsAsTheVectorsOfAwsDo(String method, String type, String body, String signed, String expected) {
        assertEquals(
                expected,
                SigV4.signature(
                        request(method, type, body),
                        List.of(signed.split(";", -1)),
                        SECRET,
                        "20150830",
                        "us-east-1",
                        "service"));
    }

    @Test
    void tellsWhatIsWrong() {
        SigV4.Request unsigned = request("POST", "", "");
        assertNotEquals("", SigV4.fault(unsigned, "AKIDEXAMPLE", SECRET, "us-east-1", "service"));
    }
}

package dev.tollgate.vault;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecretCleanerTest {
    private static final String SECRET = "sk-ant-api03-abc_DEF-123";

    private static final String BLANKS = "Removed blanks around it.";
    private static final String LINES = "Removed line ends around it.";
    private static final String QUOTES = "Removed quotes around it.";
    private static final String HEADER = "Removed the name of a header in front.";
    private static final String BEARER = "Removed \"Bearer\" in front.";
    private static final String VARIABLE = "Removed the name of a variable in front.";
    private static final String INVISIBLE = "Removed invisible characters.";

    static Stream<Arguments> pasted() {
        return Stream.of(
                Arguments.of(SECRET, List.of()),
                Arguments.of("  " + SECRET + "\t", List.of(BLANKS)),
                Arguments.of("\u00a0" + SECRET + "\u3000", List.of(BLANKS)),
                Arguments.of(SECRET + "\n", List.of(LINES)),
                Arguments.of("\r\n" + SECRET + "\r\n", List.of(LINES)),
                Arguments.of("\"" + SECRET + "\"", List.of(QUOTES)),
                Arguments.of("'" + SECRET + "'", List.of(QUOTES)),
                Arguments.of("`" + SECRET + "`", List.of(QUOTES)),
                Arguments.of("\u201c" + SECRET + "\u201d", List.of(QUOTES)),
                Arguments.of("\u201e" + SECRET + "\u201c", List.of(QUOTES)),
                Arguments.of("\u00ab\u00a0" + SECRET + "\u00a0\u00bb", List.of(QUOTES, BLANKS)),
                Arguments.of("\u2018" + SECRET, List.of(QUOTES)),
                Arguments.of("\"" + SECRET + "\",", List.of(QUOTES)),
                Arguments.of("'" + SECRET + "';", List.of(QUOTES)),
                Arguments.of("Bearer " + SECRET, List.of(BEARER)),
                Arguments.of("bearer   " + SECRET, List.of(BEARER)),
                Arguments.of("Authorization: Bearer " + SECRET, List.of(HEADER, BEARER)),
                Arguments.of("\"authorization:bearer " + SECRET + "\"", List.of(QUOTES, HEADER, BEARER)),
                Arguments.of("x-api-key: " + SECRET, List.of(HEADER)),
                Arguments.of("X-Goog-Api-Key:" + SECRET, List.of(HEADER)),
                Arguments.of("export ANTHROPIC_API_KEY=" + SECRET, List.of(VARIABLE)),
                Arguments.of("export my_key=\"" + SECRET + "\"\n", List.of(LINES, QUOTES, VARIABLE)),
                Arguments.of("set ANTHROPIC_API_KEY=" + SECRET, List.of(VARIABLE)),
                Arguments.of("$env:ANTHROPIC_API_KEY = '" + SECRET + "'", List.of(QUOTES, VARIABLE)),
                Arguments.of("ANTHROPIC_API_KEY=" + SECRET, List.of(VARIABLE)),
                Arguments.of("KEY=" + SECRET, List.of(VARIABLE)),
                Arguments.of("api_key = \"" + SECRET + "\"", List.of(QUOTES, VARIABLE)),
                Arguments.of("\"apiKey\": \"" + SECRET + "\",", List.of(QUOTES, VARIABLE)),
                Arguments.of("ANTHROPIC_API_KEY: " + SECRET, List.of(VARIABLE)),
                Arguments.of("\ufeff" + SECRET, List.of(INVISIBLE)),
                Arguments.of("sk-ant\u200b-api03\u2060-abc_\u00adDEF-123\u200e", List.of(INVISIBLE)),
                Arguments.of(
                        "\ufeff export KEY=\u201cBearer " + SECRET + "\u201d \r\n",
                        List.of(INVISIBLE, BLANKS, LINES, QUOTES, VARIABLE, BEARER)));
    }

    @ParameterizedTest
    @MethodSource("pasted")
    void whatCameAlongIsRemovedAndTold(String pasted, List<String> notices) {
        try (SecretCleaner cleaner = new SecretCleaner(pasted)) {
            assertEquals(SECRET, cleaner.cleaned().toString());
            assertEquals(
                    notices.stream().sorted().toList(),
                    cleaner.notices().stream().sorted().toList());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "c2VjcmV0IQ==",
                "ABCDEFG=",
                "ABCDEFGHIJ==",
                "a:b:c",
                "Bearer-abc",
                "exporter=1",
                "sk-ant=api03",
                "basic:auth",
                "pk_live'inside\"quotes",
                "x-api-keys"
            })
    void whatBelongsToASecretStays(String secret) {
        try (SecretCleaner cleaner = new SecretCleaner(secret)) {
            assertEquals(secret, cleaner.cleaned().toString());
            assertEquals(List.of(), cleaner.notices());
        }
    }

    @Test
    void randomWrappingsComeOffWhateverTheirOrder() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        String[][] wrappings = {
            {" ", "\n"},
            {"\"", "\""},
            {"\u2018", "\u2019"},
            {"Bearer ", ""},
            {"x-api-key: ", ""},
            {"export K=", ""},
            {"\u200b", "\ufeff"},
            {"\"", "\","},
            {"TOKEN=", " "}
        };
        for (int i = 0; i < 2_000; i++) {
            String pasted = SECRET;
            for (int depth = random.nextInt(5); depth > 0; depth--) {
                String[] wrapping = wrappings[random.nextInt(wrappings.length)];
                pasted = wrapping[0] + pasted + wrapping[1];
            }
            String wrapped = pasted;
            try (SecretCleaner cleaner = new SecretCleaner(wrapped)) {
                assertEquals(SECRET, cleaner.cleaned().toString(), () -> "seed " + seed + ": " + wrapped);
            }
        }
    }
}

package dev.tollgate.vault;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.kernel.Refusal;
import dev.tollgate.vault.SecretClassifier.Accepted;
import dev.tollgate.vault.SecretClassifier.Target;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecretClassifierTest {
    /** Stands in every secret below, and may stand in no message. */
    private static final String CANARY = "C4n4ryC4n4ryC4n4ryC4n4ry";

    private static final SecretClassifier CLASSIFIER = SecretClassifier.standard();

    private static Target to(String provider) {
        return new Target(provider, null, null);
    }

    private static String accepted(String pasted, Target target) {
        try (Accepted accepted = CLASSIFIER.accept(pasted, target)) {
            assertFalse(accepted.toString().contains("C4n4ry"), accepted.toString());
            assertFalse(accepted.notices().toString().contains("C4n4ry"), accepted.notices()::toString);
            return new String(accepted.secret(), StandardCharsets.US_ASCII);
        }
    }

    private static List<String> notices(String pasted, Target target) {
        try (Accepted accepted = CLASSIFIER.accept(pasted, target)) {
            return accepted.notices();
        }
    }

    private static String kind(String pasted, Target target) {
        try (Accepted accepted = CLASSIFIER.accept(pasted, target)) {
            return accepted.kind();
        }
    }

    private static Refusal refused(String pasted, Target target) {
        Refusal refusal = assertThrows(
                Refusal.class, () -> CLASSIFIER.accept(pasted, target).close());
        assertEquals(Refusal.Kind.INVALID, refusal.kind());
        assertFalse(refusal.cure().isEmpty(), refusal.text());
        assertFalse((refusal.text() + refusal.cure()).contains("C4n4ry"), refusal.text());
        return refusal;
    }

    @ParameterizedTest
    @CsvSource({
        "anthropic, sk-ant-api03-",
        "openai, sk-proj-",
        "openai, sk-svcacct-",
        "openai, sk-",
        "gemini, AIza",
        "gemini, AQ.",
        "bedrock, ABSK",
        "bedrock, bedrock-api-key-",
        "openrouter, sk-or-v1-",
        "groq, gsk_",
        "xai, xai-",
        "github, ghp_",
        "anthropic, something-that-no-pack-knows-",
        "gemini, something-that-no-pack-knows-",
        "my-own-server, something-that-no-pack-knows-",
        "my-own-server, sk-"
    })
    void aProvidersOwnKeyIsAcceptedAsAnApiKey(String provider, String prefix) {
        assertEquals(prefix + CANARY, accepted(prefix + CANARY, to(provider)));
        assertEquals("api-key", kind(prefix + CANARY, to(provider)));
    }

    @ParameterizedTest
    @CsvSource({
        "openai, sk-ant-api03-, an Anthropic API key, Anthropic",
        "gemini, sk-ant-api03-, an Anthropic API key, Anthropic",
        "anthropic, sk-proj-, an OpenAI project key, OpenAI",
        "anthropic, sk-, a key in the form of OpenAI's, OpenAI",
        "anthropic, AIza, a Google API key, Google Gemini",
        "openai, AQ., a Gemini API key, Google Gemini",
        "openai, sk-or-v1-, an OpenRouter API key, OpenRouter",
        "openai, gsk_, a Groq API key, Groq",
        "openai, xai-, an xAI API key, xAI",
        "anthropic, ABSK, an Amazon Bedrock API key, Amazon Bedrock",
        "gemini, ghp_, a GitHub token, GitHub",
        "sim, sk-ant-api03-, an Anthropic API key, Anthropic",
        "my-own-server, sk-proj-, an OpenAI project key, OpenAI"
    })
    void anotherProvidersKeyIsRefusedSayingWhoseItIs(String provider, String prefix, String what, String vendor) {
        Refusal refusal = refused(prefix + CANARY, to(provider));

        assertTrue(refusal.text().startsWith("This is " + what), refusal.text());
        assertTrue(refusal.text().contains("it is for " + vendor + ", not for " + provider), refusal.text());
    }

    @ParameterizedTest
    @CsvSource({
        "sk-ant-oat01-, Claude Code setup token, workload identity federation",
        "sk-ant-ort01-, refresh token of a Claude login, API key",
        "sk-ant-sid01-, claude.ai browser session, API key",
        "sessionKey=sk-ant-sid01-, claude.ai browser session, API key",
        "Cookie: a=b; sessionKey=sk-ant-sid01-, claude.ai browser session, API key",
        "sk-ant-admin01-, Anthropic Console admin key, sk-ant-api03-",
        "sk-ant-api01-, Anthropic Enterprise admin key, sk-ant-api03-",
        "sk-admin-, OpenAI admin key, sk-proj-",
        "-----BEGIN PRIVATE KEY-----, a private key, API key"
    })
    void whatMayNotBeKeptIsRefusedForEveryProviderAndKind(String prefix, String what, String instead) {
        for (String provider : List.of("anthropic", "openai", "my-own-server")) {
            for (String kind : new String[] {null, "api-key", "oauth-access-token"}) {
                Refusal refusal = refused(prefix + CANARY, new Target(provider, null, kind));

                assertTrue(refusal.text().contains(what), refusal.text());
                assertTrue(refusal.cure().contains(instead), refusal.cure());
            }
        }
    }

    @Test
    void anAccessTokenOfGoogleIsKeptOnlyWhereSomeoneSaysThatItIsOne() {
        String token = "ya29." + CANARY;
        for (String provider : List.of("anthropic", "gemini", "my-own-server")) {
            Refusal refusal = refused(token, to(provider));
            assertTrue(refusal.text().contains("OAuth access token of a Google account"), refusal.text());
            assertTrue(refusal.cure().contains("Google AI Studio"), refusal.cure());
        }
        refused(token, new Target("gemini", null, "oauth-access-token"));
        assertEquals(token, accepted(token, new Target("my-own-server", null, "oauth-access-token")));
    }

    @Test
    void aDocumentOfAServiceAccountIsRecognisedAcrossItsLines() {
        String json = "{\n  \"type\": \"service_account\",\n  \"private_key\": \"" + CANARY + "\"\n}\n";

        assertTrue(refused(json, to("gemini")).text().contains("service account"));
        assertTrue(refused("{\"api_key\": \"" + CANARY + "\"}", to("gemini"))
                .text()
                .contains("a JSON document"));
    }

    @ParameterizedTest
    @CsvSource({
        "https://api.anthropic.com/v1/messages?key=C4n4ry, an address",
        "AKIAIOSFODNN7EXAMPLE, the id of an AWS access key",
        "/home/me/C4n4ry/key.txt, the path of a file",
        "~/C4n4ry.txt, the path of a file",
        "C:\\Users\\C4n4ry.txt, the path of a file",
        "eyJhbGciOiJub25lIn0.eyJzdWIiOiJDNG40cnkifQ.C4n4ry, a JSON Web Token",
        "tg_0123456789_ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef, a key that a Tollgate issued",
        "sk-…, a placeholder",
        "sk-..., a placeholder",
        "sk-ant-api03-C4n4ry...AA, a placeholder",
        "sk-proj-****C4n4ry, a placeholder",
        "your-api-key, a placeholder",
        "YOUR_API_KEY, a placeholder",
        "sk-your-key-here, a placeholder",
        "<API_KEY>, a placeholder",
        "$ANTHROPIC_API_KEY, a placeholder",
        "${ANTHROPIC_API_KEY}, a placeholder",
        "{{ api_key }}, a placeholder",
        "sk-xxxxxxxxxxxxxxxxxxxx, a placeholder",
        "changeme, a placeholder"
    })
    void whatIsNoKeyAtAllIsNamed(String pasted, String what) {
        for (String provider : List.of("anthropic", "openai", "my-own-server")) {
            assertTrue(
                    refused(pasted, to(provider)).text().startsWith("This is " + what),
                    () -> refused(pasted, to(provider)).text());
        }
    }

    @Test
    void randomKeysAreNeverTakenForPlaceholdersOrAnythingElse() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        for (int i = 0; i < 2_000; i++) {
            StringBuilder key = new StringBuilder("sk-ant-api03-");
            for (int c = 0; c < 95; c++) {
                key.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            assertEquals(key.toString(), accepted(key.toString(), to("anthropic")), () -> "seed " + seed + ": " + key);
        }
    }

    @Test
    void theHostTellsWhoseKeysAProviderTakes() {
        String openAi = "sk-proj-" + CANARY;

        assertEquals(openAi, accepted(openAi, new Target("work", "api.openai.com", null)));
        assertEquals(openAi, accepted(openAi, new Target("work", "eu.API.openai.com", null)));
        refused(openAi, new Target("work", "api.openai.com.evil.example", null));
        refused(openAi, new Target("work", "notapi.openai.company", null));
        refused("AIza" + CANARY, new Target("work", "api.openai.com", "api-key"));
    }

    @Test
    void aMovedBuiltInProviderKeepsItsOwnKeysAndTakesUnknownOnes() {
        Target moved = new Target("anthropic", "127.0.0.1", null);

        assertEquals("sk-ant-api03-" + CANARY, accepted("sk-ant-api03-" + CANARY, moved));
        assertEquals(List.of(), notices("test-" + CANARY, moved));
        refused("sk-proj-" + CANARY, moved);
    }

    @Test
    void aPersonMayVouchForAnOddKeyAtAProviderOfTheirOwnAndIsTold() {
        Target vouched = new Target("company-proxy", "proxy.example", "api-key");
        String jwt = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJDNG40cnkifQ." + CANARY;

        assertEquals("sk-ant-api03-" + CANARY, accepted("sk-ant-api03-" + CANARY, vouched));
        assertEquals(
                List.of(
                        "It looks like an Anthropic API key. It is kept as you said, and will be sent to company-proxy."),
                notices("sk-ant-api03-" + CANARY, vouched));
        assertEquals(jwt, accepted(jwt, new Target("company-proxy", null, "oauth-access-token")));
        assertEquals("oauth-access-token", kind(jwt, new Target("company-proxy", null, "oauth-access-token")));
        refused(jwt, new Target("openai", null, "oauth-access-token"));
        refused("sk-ant-oat01-" + CANARY, vouched);
    }

    @Test
    void anUnknownOrContradictingKindIsRefused() {
        assertTrue(refused(CANARY, new Target("own", null, "password")).cure().contains("oauth-access-token"));
        assertTrue(refused("sk-ant-api03-" + CANARY, new Target("anthropic", null, "oauth-access-token"))
                .text()
                .contains("not of the kind oauth-access-token"));
    }

    @Test
    void oddButUsableKeysComeWithARemark() {
        assertTrue(notices("unknown-" + CANARY, to("anthropic")).getFirst().contains("credential check"));
        assertTrue(notices("AIza" + CANARY, to("gemini")).getFirst().contains("phasing out"));
        assertTrue(
                notices("bedrock-api-key-" + CANARY, to("bedrock")).getFirst().contains("12 hours"));
        assertEquals(List.of(), notices("AQ." + CANARY, to("gemini")));
        assertEquals(List.of(), notices("sk-ant-api03-" + CANARY, to("anthropic")));
        assertEquals(List.of(), notices(CANARY, to("own")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\n\t", "\"\"", "Bearer ", "\u200b"})
    void nothingIsRefusedAsEmpty(String pasted) {
        assertEquals("The secret is empty.", refused(pasted, to("own")).text());
    }

    @Test
    void whatNoKeyHasInsideIsRefusedClearly() {
        assertTrue(refused("C4n4ry C4n4ry", to("own")).text().contains("a blank inside"));
        assertTrue(refused("C4n4ry\u00a0C4n4ry", to("own")).text().contains("a blank inside"));
        assertTrue(refused("C4n4ry\nC4n4ry", to("own")).text().contains("a line end inside"));
        assertTrue(refused("C4n4ry\u00e9", to("own")).text().contains("at place 7"));
        assertTrue(refused("sk-аnt-C4n4ry", to("own")).text().contains("at place 4")); // a Cyrillic a
        assertTrue(refused("C4n4ry\u0000C4n4ry", to("own")).text().contains("at place 7"));
        assertTrue(refused("C".repeat(8 * 1024 + 1), to("own")).text().contains("too long"));
        assertEquals(8 * 1024, accepted("C".repeat(8 * 1024), to("own")).length());
        assertTrue(refused("sk-ant-api03-", to("anthropic")).text().contains("the rest is missing"));
    }

    @Test
    void acceptedBytesAreZeroedOnClose() {
        Accepted accepted = CLASSIFIER.accept(CANARY, to("own"));
        byte[] secret = accepted.secret();

        accepted.close();

        assertEquals("\0".repeat(CANARY.length()), new String(secret, StandardCharsets.US_ASCII));
    }

    @ParameterizedTest
    @CsvSource({
        "sk-ant-oat01-C4n4ry, SUBSCRIPTION_LOGIN",
        "sk-ant-ort01-C4n4ry, SUBSCRIPTION_LOGIN",
        "sk-ant-sid01-C4n4ry, SUBSCRIPTION_LOGIN",
        "sessionKey=sk-ant-sid01-C4n4ry, SUBSCRIPTION_LOGIN",
        "sk-ant-api03-C4n4ry, PROVIDER_KEY",
        "sk-ant-admin01-C4n4ry, PROVIDER_KEY",
        "sk-proj-C4n4ry, PROVIDER_KEY",
        "sk-C4n4ry, PROVIDER_KEY",
        "AIzaC4n4ry, PROVIDER_KEY",
        "AQ.C4n4ry, PROVIDER_KEY",
        "gsk_C4n4ry, PROVIDER_KEY",
        "ABSKC4n4ry, PROVIDER_KEY",
        "tg_0123456789_ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef,",
        "sk,",
        "C4n4ry,",
        "'',"
    })
    void whatComesAsACallersKeyIsToldByItsPrefix(String presented, Recognition.@Nullable Kind kind) {
        Recognition recognition = SecretClassifier.recognise(presented);

        if (kind == null) {
            assertNull(recognition);
        } else {
            assertNotNull(recognition);
            assertEquals(kind, recognition.kind());
            assertTrue(recognition.message().startsWith("This is a"), recognition.message());
            assertFalse(recognition.toString().contains("C4n4ry"), recognition.toString());
        }
    }

    @Test
    void thePolicyPackIsWhole() {
        PolicyPack pack = PolicyPack.load();
        Set<String> ids = new HashSet<>();
        for (PolicyPack.Rule rule : pack.rules()) {
            assertTrue(ids.add(rule.id()), () -> "twice: " + rule.id());
            assertTrue(rule.what().matches("(a|an|the) .*"), rule.what());
            assertTrue(
                    rule.pattern() != null
                            || !rule.prefixes().isEmpty()
                            || !rule.contains().isEmpty(),
                    rule.id());
            assertTrue(rule.vendor() == null || pack.vendors().containsKey(rule.vendor()), rule.id());
            if (rule.allowed()) {
                assertNotNull(rule.vendor(), rule.id());
            }
        }
        assertTrue(pack.date().matches("20[0-9]{2}-[0-9]{2}-[0-9]{2}"), pack.date());
    }

    @Test
    void aSetupTokenMayBeLentAndNothingElse() {
        String setupToken = "sk-ant-oat01-" + CANARY;
        assertEquals(Optional.of("CLAUDE_CODE_OAUTH_TOKEN"), SecretClassifier.leasedAs(setupToken));
        refused(setupToken, to("anthropic"));
        for (String other : List.of(
                "sk-ant-ort01-" + CANARY,
                "sk-ant-sid01-" + CANARY,
                "sk-ant-api03-" + CANARY,
                "sk-ant-admin01-" + CANARY,
                "sk-proj-" + CANARY,
                "x" + setupToken,
                "sk-ant-oat01-xxxxxxxxxxxxxxxxxxxxxxxx",
                CANARY,
                "")) {
            assertEquals(Optional.empty(), SecretClassifier.leasedAs(other), other);
        }
    }
}

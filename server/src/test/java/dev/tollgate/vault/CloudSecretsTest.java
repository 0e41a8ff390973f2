package dev.tollgate.vault;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.kernel.Refusal;
import dev.tollgate.vault.SecretClassifier.Target;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Access keys of AWS as people have them. (Google's key files: {@code VertexTest}, which makes real ones.) */
class CloudSecretsTest {
    private static final String ID = "AKIAIOSFODNN7EXAMPLE";
    private static final String TEMPORARY = "ASIAIOSFODNN7EXAMPLE";
    private static final String SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
    private static final String TOKEN = "IQoJb3JpZ2luX2VjEXAMPLE//////////wEaCXVzLWVhc3QtMSJHMEUCIQ==";
    private static final Target AWS = new Target("aws", "127.0.0.1", CloudSecrets.AWS_ACCESS_KEY);

    private static String kept(String pasted) {
        try (SecretClassifier.Accepted accepted = SecretClassifier.standard().accept(pasted, AWS)) {
            assertEquals(CloudSecrets.AWS_ACCESS_KEY, accepted.kind());
            assertEquals("MPLE", accepted.lastFour(), "of the id, which is no secret");
            return new String(accepted.secret(), US_ASCII);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ID + ":" + SECRET,
                " '" + ID + ":" + SECRET + "'\n",
                "{\"AccessKeyId\":\"" + ID + "\",\"SecretAccessKey\":\"" + SECRET + "\"}",
                "{\n \"AccessKey\": {\"UserName\": \"u\", \"AccessKeyId\": \"" + ID
                        + "\", \"Status\": \"Active\", \"SecretAccessKey\": \"" + SECRET + "\"}\n}\n",
            })
    void aPairIsKeptInOneForm(String pasted) {
        assertEquals(ID + ":" + SECRET, kept(pasted));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                TEMPORARY + ":" + SECRET + ":" + TOKEN,
                "{\"Version\":1,\"AccessKeyId\":\"" + TEMPORARY + "\",\"SecretAccessKey\":\"" + SECRET
                        + "\",\"SessionToken\":\"" + TOKEN + "\",\"Expiration\":\"2026-11-22T20:00:00Z\"}",
                "{\"Credentials\":{\"AccessKeyId\":\"" + TEMPORARY + "\",\"SecretAccessKey\":\"" + SECRET
                        + "\",\"SessionToken\":\"" + TOKEN + "\"},\"AssumedRoleUser\":{}}",
            })
    void aTemporaryOneKeepsItsToken(String pasted) {
        assertEquals(TEMPORARY + ":" + SECRET + ":" + TOKEN, kept(pasted));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ID,
                SECRET,
                ID + ":",
                ":" + SECRET,
                TEMPORARY + ":" + SECRET,
                ID + ":" + SECRET + ":" + TOKEN + ":more",
                ID + ":short",
                "akia:" + SECRET,
                ID + ":wJalrXUtnFEMI K7MDENG/bPxRfiCYEXAMPLEKEY",
                "{\"AccessKeyId\":\"" + ID + "\"}",
                "{\"AccessKeyId\":\"" + ID + "\",\"SecretAccessKey\":\"" + SECRET,
                "{\"AccessKeyId\":7,\"SecretAccessKey\":[\"" + SECRET + "\"]}",
                "sk-ant-api03-0000000000000000",
            })
    void whatIsNotWholeIsRefusedAndNotRepeated(String pasted) {
        Refusal refusal = assertThrows(
                Refusal.class,
                () -> SecretClassifier.standard().accept(pasted, AWS).close());
        String told = refusal.getMessage() + refusal.cure();
        assertFalse(told.contains(SECRET) || told.contains("EXAMPLE"), told);
    }

    @Test
    void aPairForAnotherProviderIsToldWhereItBelongs() {
        Refusal refusal = assertThrows(
                Refusal.class,
                () -> SecretClassifier.standard()
                        .accept(ID + ":" + SECRET, new Target("local", "10.0.0.1", null))
                        .close());
        assertTrue(refusal.cure().contains("--platform bedrock"), refusal.cure());
        assertFalse((refusal.getMessage() + refusal.cure()).contains(SECRET));
    }
}

package dev.tollgate.vault;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.tollgate.kernel.Json;
import dev.tollgate.kernel.Refusal;
import java.net.URI;
import java.net.URISyntaxException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Secrets of several parts, as clouds hand them out: judged, and brought into the one form in which they are kept. It never
 * repeats them.
 */
final class CloudSecrets {
    /** Kept as {@code ID:SECRET} or {@code ID:SECRET:TOKEN}. */
    static final String AWS_ACCESS_KEY = "aws-access-key";
    /** Kept as a JSON object of the fields that a token is minted with. */
    static final String GOOGLE_SERVICE_ACCOUNT = "google-service-account";

    /** {@code AKIA…} for keys of users, {@code ASIA…} for temporary ones (IAM User Guide, "IAM identifiers"). */
    private static final Pattern AWS_ID = Pattern.compile("A[A-Z0-9]{15,127}");

    private static final Pattern AWS_SECRET = Pattern.compile("[A-Za-z0-9/+=]{16,128}");
    private static final Pattern AWS_TOKEN = Pattern.compile("[A-Za-z0-9/+=_.-]{16,6144}");
    private static final String TEMPORARY = "ASIA";
    private static final Pattern PEM = Pattern.compile(
            "\\s*-----BEGIN PRIVATE KEY-----\\s*([A-Za-z0-9+/=\\s]+?)\\s*-----END PRIVATE KEY-----\\s*");

    /**
     * What was read.
     *
     * @param secret ASCII
     * @param lastFour of the part that is no secret: a key's id
     */
    record Read(byte[] secret, String lastFour, List<String> notices) {
        @Override
        public String toString() {
            return "Read[redacted]";
        }
    }

    private CloudSecrets() {}

    static boolean isKind(@Nullable String kind) {
        return AWS_ACCESS_KEY.equals(kind) || GOOGLE_SERVICE_ACCOUNT.equals(kind);
    }

    /** @throws Refusal if it is not whole or not of that kind */
    static Read read(String kind, CharSequence pasted) {
        return kind.equals(AWS_ACCESS_KEY) ? accessKey(pasted) : serviceAccount(pasted);
    }

    private static Read accessKey(CharSequence pasted) {
        List<String> parts = isJson(pasted)
                ? partsOf(object(pasted))
                : List.of(pasted.toString().split(":", -1));
        boolean whole = (parts.size() == 2 || parts.size() == 3)
                && AWS_ID.matcher(parts.get(0)).matches()
                && AWS_SECRET.matcher(parts.get(1)).matches()
                && (parts.size() == 2 || AWS_TOKEN.matcher(parts.get(2)).matches());
        if (!whole) {
            throw Refusal.invalid(
                    "This is not a whole access key of AWS.",
                    "Give ID:SECRET, or ID:SECRET:TOKEN for a temporary one, or the JSON that aws prints.");
        }
        String id = parts.get(0);
        if (id.startsWith(TEMPORARY) && parts.size() == 2) {
            throw Refusal.invalid(
                    "This is a temporary access key of AWS without its session token.",
                    "Give ID:SECRET:TOKEN, or the JSON that aws prints.");
        }
        List<String> notices = parts.size() == 2
                ? List.of()
                : List.of(
                        "It is temporary: it ends within hours. Rotate it in time, or give a user's key that may do no"
                                + " more than bedrock:InvokeModel*.");
        return new Read(String.join(":", parts).getBytes(US_ASCII), id.substring(id.length() - 4), notices);
    }

    /** As {@code aws iam create-access-key}, {@code aws sts …} and {@code aws configure export-credentials} print it. */
    private static List<String> partsOf(JsonNode document) {
        JsonNode key = document;
        for (String around : List.of("AccessKey", "Credentials")) {
            key = key.path(around).isObject() ? key.path(around) : key;
        }
        List<String> parts = new ArrayList<>();
        parts.add(key.path("AccessKeyId").stringValue(""));
        parts.add(key.path("SecretAccessKey").stringValue(""));
        String token = key.path("SessionToken").stringValue("");
        if (!token.isEmpty()) {
            parts.add(token);
        }
        return parts;
    }

    private static Read serviceAccount(CharSequence pasted) {
        JsonNode file = isJson(pasted) ? object(pasted) : Json.MAPPER.createObjectNode();
        if (!file.path("type").stringValue("").equals("service_account")) {
            throw Refusal.invalid(
                    "This is not the key file of a Google service account.",
                    "Give the whole JSON file that Google Cloud made for the key, on standard input.");
        }
        ObjectNode kept = Json.MAPPER.createObjectNode().put("type", "service_account");
        for (String field : List.of("client_email", "client_id", "private_key_id", "private_key", "token_uri")) {
            String value = file.path(field).stringValue("");
            boolean optional = field.equals("client_id");
            if (value.isEmpty() && !optional) {
                throw Refusal.invalid(
                        "The key file lacks " + field + ".", "Give the whole file, as Google Cloud made it.");
            }
            kept.put(field, value);
        }
        refuseBadAddress(kept.path("token_uri").stringValue());
        refuseBadKey(kept.path("private_key").stringValue());
        String text = kept.toString();
        if (text.chars().anyMatch(c -> c < 0x20 || c > 0x7e)) {
            throw Refusal.invalid(
                    "The key file has a character that no key file has.", "Give the file as Google Cloud made it.");
        }
        String id = kept.path("private_key_id").stringValue();
        return new Read(
                text.getBytes(US_ASCII),
                id.substring(Math.max(0, id.length() - 4)),
                List.of("It opens whatever its account may do: give the account the role Vertex AI User alone."));
    }

    /** Whether it may be connected to is judged before each connection. */
    private static void refuseBadAddress(String typed) {
        try {
            URI uri = new URI(typed);
            boolean http = "https".equals(uri.getScheme()) || "http".equals(uri.getScheme());
            if (http && uri.getHost() != null && uri.getRawUserInfo() == null) {
                return;
            }
        } catch (URISyntaxException e) {
            // refused below
        }
        throw Refusal.invalid("The key file's token_uri is no address.", "Give the file as Google Cloud made it.");
    }

    private static void refuseBadKey(String pem) {
        var matcher = PEM.matcher(pem);
        try {
            if (matcher.matches()) {
                byte[] der = Base64.getMimeDecoder().decode(matcher.group(1));
                KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(der));
                return;
            }
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            // refused below: the cause could repeat a part of it
        }
        throw Refusal.invalid(
                "The key file's private_key is no RSA key in PKCS#8.", "Give the file as Google Cloud made it.");
    }

    private static boolean isJson(CharSequence pasted) {
        return !pasted.isEmpty() && pasted.charAt(0) == '{';
    }

    private static JsonNode object(CharSequence pasted) {
        try {
            return Json.MAPPER.readTree(pasted.toString());
        } catch (JacksonException e) { // its message repeats what stands there
            throw Refusal.invalid(
                    "This JSON is not whole.", "Give the whole document, from its first { to its last }.");
        }
    }
}

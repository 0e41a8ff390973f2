package dev.tollgate.upstream;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signature Version 4 written down from AWS's description of it (IAM User Guide, "Create a signed AWS API request"), to judge
 * what the gate's library signs.
 */
public final class SigV4 {
    private static final Pattern AUTHORIZATION = Pattern.compile(
            "AWS4-HMAC-SHA256 Credential=([^/]+)/(\\d{8})/([^/]+)/([^/]+)/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})");

    private SigV4() {}

    /**
     * A request as a server sees it.
     *
     * @param path as it came, still encoded; no query
     * @param headers names in lower case
     */
    public record Request(String method, String path, Map<String, String> headers, byte[] body) {}

    /** Empty if the signature is right, else what is wrong with it. */
    public static String fault(Request request, String id, String secret, String region, String service) {
        Matcher parts = AUTHORIZATION.matcher(request.headers().getOrDefault("authorization", ""));
        if (!parts.matches()) {
            return "no signature: " + request.headers().get("authorization");
        }
        if (!List.of(id, region, service).equals(List.of(parts.group(1), parts.group(3), parts.group(4)))) {
            return "signed for something else: " + parts.group();
        }
        List<String> signed = List.of(parts.group(5).split(";", -1));
        for (String name : request.headers().keySet()) {
            if ((name.equals("host") || name.startsWith("x-amz-")) && !signed.contains(name)) {
                return "not signed: " + name;
            }
        }
        String digest = request.headers().get("x-amz-content-sha256");
        if (digest != null && !digest.equals(sha256(request.body()))) {
            return "the digest is that of another body";
        }
        String expected = signature(request, signed, secret, parts.group(2), region, service);
        return expected.equals(parts.group(6)) ? "" : "the signature is another: " + expected;
    }

    static String signature(
            Request request, List<String> signed, String secret, String day, String region, String service) {
        Map<String, String> headers = new TreeMap<>(request.headers());
        headers.keySet().retainAll(signed);
        String canonical = String.join(
                "\n",
                request.method(),
                encoded(request.path()),
                "",
                headers.entrySet().stream()
                        .map(header -> header.getKey() + ":"
                                + header.getValue().strip().replaceAll(" +", " ") + "\n")
                        .collect(Collectors.joining()),
                String.join(";", headers.keySet()),
                sha256(request.body()));
        String scope = day + "/" + region + "/" + service + "/aws4_request";
        String toSign = String.join(
                "\n",
                "AWS4-HMAC-SHA256",
                request.headers().get("x-amz-date"),
                scope,
                sha256(canonical.getBytes(UTF_8)));
        byte[] key = ("AWS4" + secret).getBytes(UTF_8);
        for (String part : scope.split("/", -1)) {
            key = hmac(key, part);
        }
        return HexFormat.of().formatHex(hmac(key, toSign));
    }

    /** Each segment once more, as for every service but S3. */
    private static String encoded(String path) {
        StringBuilder encoded = new StringBuilder();
        for (byte b : path.getBytes(UTF_8)) {
            boolean plain = b == '/' || b == '-' || b == '.' || b == '_' || b == '~' || Character.isLetterOrDigit(b);
            encoded.append(plain ? String.valueOf((char) b) : "%%%02X".formatted(b & 0xff));
        }
        return encoded.toString();
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}

package dev.tollgate.identity.people;

import dev.tollgate.kernel.Json;
import dev.tollgate.kernel.store.StoredText;
import java.net.IDN;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** The forms of what people type and of what is kept of it. */
final class Texts {
    static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

    /** What is decoded came from our own rows or was signed here; elsewhere the failure is caught. */
    static final Base64.Decoder DECODER = Base64.getUrlDecoder();

    /** RFC 5321 section 4.5.3.1: a path of 256 with its brackets, a local part of 64. */
    private static final int LONGEST_EMAIL = 254;

    private static final int LONGEST_LOCAL_PART = 64;
    private static final int LONGEST_NAME = 100;
    private static final int MOST_GROUPS = 32;
    private static final Pattern DOMAIN = Pattern.compile("[a-z0-9-]{1,63}(\\.[a-z0-9-]{1,63})*");
    private static final Pattern LABEL = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    private Texts() {}

    /**
     * An address in the one form in which it is kept and compared. Lower case throughout: RFC 5321 lets a domain tell
     * cases apart before the {@code @}, and nobody's does.
     */
    static Optional<String> email(String typed) {
        if (typed.length() > 2 * LONGEST_EMAIL) {
            return Optional.empty();
        }
        String text = Normalizer.normalize(typed.strip(), Normalizer.Form.NFC).toLowerCase(Locale.ROOT);
        int at = text.lastIndexOf('@');
        if (at < 1 || at > LONGEST_LOCAL_PART || text.indexOf('@') != at) {
            return Optional.empty();
        }
        boolean plain = text.codePoints()
                .noneMatch(c -> Character.isWhitespace(c)
                        || Character.isISOControl(c)
                        || Character.isSpaceChar(c)
                        || Character.getType(c) == Character.SURROGATE
                        || Character.getType(c) == Character.FORMAT
                        || "<>()[],;:\\\"".indexOf(c) >= 0);
        if (!plain) {
            return Optional.empty();
        }
        try {
            String domain = IDN.toASCII(text.substring(at + 1), IDN.USE_STD3_ASCII_RULES);
            String email = text.substring(0, at) + '@' + domain.toLowerCase(Locale.ROOT);
            boolean fits = email.length() <= LONGEST_EMAIL
                    && DOMAIN.matcher(domain.toLowerCase(Locale.ROOT)).matches();
            return fits ? Optional.of(email) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** A person's or a passkey's name; empty if nothing is left of it. */
    static Optional<String> name(String typed) {
        String name = StoredText.clean(Normalizer.normalize(typed.strip(), Normalizer.Form.NFC), LONGEST_NAME);
        return name.isBlank() ? Optional.empty() : Optional.of(name);
    }

    /** Whether it can name a group. */
    private static boolean isLabel(String text) {
        return LABEL.matcher(text).matches();
    }

    static boolean areLabels(List<String> texts) {
        return texts.size() <= MOST_GROUPS && texts.stream().allMatch(Texts::isLabel);
    }

    static String joined(List<String> labels) {
        return String.join(" ", labels.stream().distinct().sorted().toList());
    }

    static List<String> split(String joined) {
        return joined.isEmpty() ? List.of() : Arrays.asList(joined.split(" "));
    }

    /** How a secret of 190 random bits and more is kept: it needs neither salt nor a slow hash. */
    static String hash(String secret) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            return ENCODER.encodeToString(sha256.digest(secret.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** The detail of an audit row: names and values in turn. */
    static String details(Object... namesAndValues) {
        Map<String, Object> fields = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            fields.put(String.valueOf(namesAndValues[i]), namesAndValues[i + 1]);
        }
        return Json.MAPPER.writeValueAsString(fields);
    }
}

package dev.tollgate.identity.people;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Codes for someone without their authenticator: ten of 80 random bits, each good once, {@code abcd-efgh-jkmn-pqrs}. */
final class RecoveryCodes {
    private static final int CODES = 10;
    private static final int GROUPS = 4;
    private static final int GROUP = 4;
    /** Crockford's base 32: no letter that could be taken for a digit. */
    private static final String ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

    private static final SecureRandom RANDOM = new SecureRandom();

    private final Signer signer;

    RecoveryCodes(Signer signer) {
        this.signer = signer;
    }

    static List<String> fresh() {
        List<String> codes = new ArrayList<>(CODES);
        for (int i = 0; i < CODES; i++) {
            StringBuilder code = new StringBuilder();
            for (int at = 0; at < GROUPS * GROUP; at++) {
                code.append(at > 0 && at % GROUP == 0 ? "-" : "").append(ALPHABET.charAt(RANDOM.nextInt(32)));
            }
            codes.add(code.toString());
        }
        return codes;
    }

    /** How a code is kept. Written with other hyphens, blanks, cases or letters for digits it is the same code. */
    String mac(String personId, String typed) {
        String code = typed.length() > 4 * GROUPS * GROUP
                ? ""
                : typed.toLowerCase(Locale.ROOT)
                        .replaceAll("[^0-9a-z]", "")
                        .replace('o', '0')
                        .replace('i', '1')
                        .replace('l', '1');
        byte[] mac = signer.sign(personId.getBytes(StandardCharsets.UTF_8), code.getBytes(StandardCharsets.UTF_8));
        return Texts.ENCODER.encodeToString(mac);
    }

    List<String> macs(String personId, List<String> codes) {
        return codes.stream().map(code -> mac(personId, code)).toList();
    }
}

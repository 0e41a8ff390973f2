package dev.tollgate.dialects.gemini;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.dialects.codec.Fields;
import dev.tollgate.dialects.conversation.Protocol;
import dev.tollgate.dialects.conversation.Signature;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * {@code thoughtSignature}: bytes in base64, of either alphabet, since clients decode and encode it anew. What is not Gemini's stands
 * there as the base64 of its envelope.
 */
final class Signatures {
    /**
     * Stands where Gemini 3 demands a signature and there is none, since another model made the call (<a
     * href="https://ai.google.dev/gemini-api/docs/thought-signatures">Thought signatures</a>).
     */
    static final String PLACEHOLDER = "skip_thought_signature_validator";

    /** How the base64 of an envelope begins. */
    private static final String ENVELOPE = "dGcxL";

    private Signatures() {}

    static @Nullable Signature read(Fields part) {
        String value = part.string("thoughtSignature");
        if (value == null || value.isEmpty() || value.replace('/', '_').equals(PLACEHOLDER)) {
            return null;
        }
        return Signature.open(Protocol.GENERATE_CONTENT, null, value.startsWith(ENVELOPE) ? decoded(value) : value);
    }

    static boolean isHome(@Nullable Signature signature) {
        return signature != null && signature.home() == Protocol.GENERATE_CONTENT;
    }

    /** What a client gets. */
    static @Nullable String slot(@Nullable Signature signature) {
        if (signature == null || isHome(signature)) {
            return signature == null ? null : signature.value();
        }
        return Base64.getEncoder().encodeToString(signature.envelope().getBytes(UTF_8));
    }

    private static String decoded(String value) {
        try {
            return new String(Base64.getDecoder().decode(value.replace('-', '+').replace('_', '/')), UTF_8);
        } catch (IllegalArgumentException e) {
            return value;
        }
    }
}

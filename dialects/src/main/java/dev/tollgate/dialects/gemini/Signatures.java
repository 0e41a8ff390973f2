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
    private Signatures() {}

    static @Nullable Signature read(Fields part) {
        String value = part.string("thoughtSignature");
        if (value == null || value.isEmpty() || value.replace('/', '_').equals(Signature.GEMINI_PLACEHOLDER)) {
            return null;
        }
        return Signature.open(Protocol.GENERATE_CONTENT, null, value);
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
}

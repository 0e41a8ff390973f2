package dev.tollgate.dialects.conversation;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a provider gave to carry its reasoning from turn to turn without showing or trusting it: good at its home only.
 *
 * <table>
 * <caption>Where it stands</caption>
 * <tr><td>Anthropic</td><td>{@code thinking.signature}, {@code redacted_thinking.data}</td></tr>
 * <tr><td>Chat</td><td>nowhere; Google's own endpoint for it uses {@code tool_calls[].extra_content.google.thought_signature}</td></tr>
 * <tr><td>Responses</td><td>{@code reasoning.encrypted_content}, beside the item's id</td></tr>
 * <tr><td>Gemini</td><td>{@code thoughtSignature} of any part</td></tr>
 * </table>
 *
 * <p>A client of another protocol gets it in that protocol's own slot, in an {@link #envelope}; what comes back in the next turn is
 * {@link #open}ed, so that the reasoning of an agent's loop survives the conversion. A writer puts it on the wire bare where the
 * destination is its home, and drops and reports it anywhere else.
 *
 * @param itemId the id of the Responses item that it belongs to
 * @param value ASCII of base64 or base64url
 */
public record Signature(Protocol home, @Nullable String itemId, String value) {
    /** How an envelope begins. */
    public static final String PREFIX = "tg1.";
    /**
     * Stands where Gemini 3 demands a signature and there is none, since another model made the call (<a
     * href="https://ai.google.dev/gemini-api/docs/thought-signatures">Thought signatures</a>).
     */
    public static final String GEMINI_PLACEHOLDER = "skip_thought_signature_validator";

    /** How its base64 begins, which stands in Gemini's slot. */
    public static final String PREFIX_IN_BASE64 = "dGcxL";

    /** For the slot of another protocol. Gemini's takes base64 only: encode it once more there. */
    public String envelope() {
        return PREFIX + home.wireName() + "." + (itemId == null ? "" : itemId) + "." + value;
    }

    /** What stands in the slot of a client that speaks {@code slot}: an envelope's content, or a signature at home there. */
    public static Signature open(Protocol slot, @Nullable String itemId, String value) {
        return enveloped(value).orElseGet(() -> new Signature(slot, itemId, value));
    }

    /** What is in an envelope, or in the base64 of one; empty where it is none. */
    public static Optional<Signature> enveloped(String value) {
        String plain = value.startsWith(PREFIX_IN_BASE64) ? decoded(value) : value;
        String[] parts = plain.split("\\.", 4);
        if (parts.length < 4 || !plain.startsWith(PREFIX)) {
            return Optional.empty();
        }
        return Protocol.of(parts[1]).map(home -> new Signature(home, parts[2].isEmpty() ? null : parts[2], parts[3]));
    }

    /** Of either alphabet, since clients decode and encode it anew. */
    private static String decoded(String base64) {
        try {
            return new String(
                    Base64.getDecoder().decode(base64.replace('-', '+').replace('_', '/')), UTF_8);
        } catch (IllegalArgumentException e) {
            return base64;
        }
    }

    @Override
    public String toString() {
        return "Signature(" + home + ")";
    }
}

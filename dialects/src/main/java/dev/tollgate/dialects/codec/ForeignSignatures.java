package dev.tollgate.dialects.codec;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.tollgate.dialects.Operation;
import dev.tollgate.dialects.Splice;
import dev.tollgate.dialects.conversation.Signature;
import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.ParsedJson;
import java.util.List;
import java.util.Optional;

/**
 * Signatures that a client got from a model of another protocol, in an envelope ({@link Signature#envelope}), and sends back to a
 * model of its own: that provider refuses a whole request for one. They are taken out of the bytes, each with what it signs where
 * that is nothing but reasoning; an envelope of the provider's own is opened. Every other byte stays.
 */
public final class ForeignSignatures {
    private static final String PLAIN = '"' + Signature.PREFIX;
    private static final String BASE64 = '"' + Signature.PREFIX_IN_BASE64;

    private final Operation operation;
    private final byte[] body;
    private final Json.Obj root;

    private ForeignSignatures(Operation operation, byte[] body, Json.Obj root) {
        this.operation = operation;
        this.body = body;
        this.root = root;
    }

    /**
     * Those that may stand in a body. It is parsed only where a string in it begins as an envelope does, which a search of its bytes
     * tells; else, and where it is no JSON, this is empty.
     */
    public static Optional<ForeignSignatures> in(Operation operation, byte[] body, int offset, int length) {
        return mayStandIn(operation, body, offset, length)
                        && Json.parse(body, offset, offset + length) instanceof ParsedJson.Whole(Json.Obj root)
                ? Optional.of(new ForeignSignatures(operation, body, root))
                : Optional.empty();
    }

    private static boolean mayStandIn(Operation operation, byte[] body, int offset, int length) {
        return switch (operation.dialect()) {
            case ANTHROPIC, OPENAI -> contains(PLAIN, body, offset, length);
            case GEMINI -> contains(BASE64, body, offset, length);
            case CONVERSE -> false; // no client's
        };
    }

    /** The JVM searches a string of one-byte characters a whole vector at a time: to make one costs less than any loop over the bytes. */
    private static boolean contains(String ascii, byte[] body, int offset, int length) {
        return new String(body, offset, length, ISO_8859_1).contains(ascii);
    }

    /** The edits that take them out of a request to that endpoint, sorted. Each names the field that it changes. */
    public List<Splice> splices(Destination to) {
        return SignatureEdits.of(operation, body, root, to);
    }
}

package dev.tollgate.dialects.gemini;

import dev.tollgate.dialects.codec.Fields;
import dev.tollgate.dialects.codec.Reading;
import dev.tollgate.dialects.conversation.Extra;
import dev.tollgate.dialects.conversation.Part;
import dev.tollgate.dialects.conversation.Path;
import dev.tollgate.dialects.conversation.Protocol;
import dev.tollgate.dialects.conversation.Signature;
import dev.tollgate.dialects.json.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads one <a href="https://ai.google.dev/api/caching#Part">Part</a>, of a request or of an answer. */
final class PartReader {
    /** Makes the call that a {@code functionCall} is: a request's with its own id, an answer's with the client's name for the tool. */
    @FunctionalInterface
    interface Calls {
        Part.ToolCall call(Path at, @Nullable String id, String name, Json.Obj args, @Nullable Signature signature);
    }

    /** Parts of Google's own tools: the conversation goes on without them. */
    private static final List<String> OWN =
            List.of("executableCode", "codeExecutionResult", "toolCall", "toolResponse");

    private final Reading reading;
    private final Calls calls;
    private final @Nullable CallLedger ledger;

    /**
     * For one document.
     *
     * @param ledger of a request; null for an answer, which has no results
     */
    PartReader(Reading reading, Calls calls, @Nullable CallLedger ledger) {
        this.reading = reading;
        this.calls = calls;
        this.ledger = ledger;
    }

    /** Null where it is none, which is a problem of the reading. */
    @Nullable
    Part read(Path at, Json json) {
        if (!(json instanceof Json.Obj object)) {
            reading.malformed(at, "an object is expected.");
            return null;
        }
        Fields part = Fields.eitherSpelling(at, object, reading);
        for (String own : OWN) {
            if (part.any(own) != null) {
                return new Part.Opaque(at, Protocol.GENERATE_CONTENT, own, object, Extra.Weight.HINT);
            }
        }
        Signature signature = Signatures.read(part);
        boolean thought = part.flag("thought", false);
        Part read = content(part, object, thought, signature);
        if (!(read instanceof Part.Opaque)) {
            part.extra("partMetadata", Extra.Weight.INCIDENTAL, "only Gemini knows it");
            part.end();
        }
        return read;
    }

    private @Nullable Part content(Fields part, Json.Obj object, boolean thought, @Nullable Signature signature) {
        Json.Text text = part.text("text");
        Json.Obj call = part.object("functionCall");
        if (call != null) {
            return call(Fields.eitherSpelling(part.at("functionCall"), call, reading), signature);
        }
        if (text != null) {
            return said(part.at(), text, thought, signature);
        }
        Json.Obj response = part.object("functionResponse");
        if (response != null) {
            if (signature != null) {
                reading.extra(
                        part.at("thoughtSignature"),
                        response,
                        Extra.Weight.INCIDENTAL,
                        "only what a model says is signed");
            }
            return result(Fields.eitherSpelling(part.at("functionResponse"), response, reading));
        }
        boolean media = part.any("inlineData") != null || part.any("fileData") != null;
        if (media && !thought) {
            return MediaReader.read(part, signature, reading);
        }
        if (!media && signature != null) {
            return said(part.at(), Json.Text.EMPTY, thought, signature);
        }
        String type =
                object.members().isEmpty() ? "" : object.members().getFirst().name();
        if (type.isEmpty()) {
            reading.malformed(part.at(), "a part without content.");
        }
        Extra.Weight weight = ledger == null || thought ? Extra.Weight.HINT : Extra.Weight.ESSENTIAL;
        return new Part.Opaque(part.at(), Protocol.GENERATE_CONTENT, thought ? "thought" : type, object, weight);
    }

    /** A text; a thought; and a signature alone, which is another provider's reasoning or goes with the text before it. */
    private static Part said(Path at, Json.Text text, boolean thought, @Nullable Signature signature) {
        boolean redacted = !thought && text.isEmpty() && signature != null && !Signatures.isHome(signature);
        if (thought || redacted) {
            return new Part.Reasoning(at, true, text.isEmpty() ? List.of() : List.of(text), signature, redacted);
        }
        return new Part.Text(at, text, List.of(), null, signature);
    }

    private Part call(Fields call, @Nullable Signature signature) {
        String id = call.string("id");
        String name = call.required("name");
        Json.Obj args = call.object("args");
        if (call.any("partialArgs") != null || call.flag("willContinue", false)) {
            reading.malformed(call.at("partialArgs"), "arguments in pieces are not supported.");
        }
        call.end();
        return calls.call(call.at(), id, name, args == null ? Json.Obj.EMPTY : args, signature);
    }

    private @Nullable Part result(Fields result) {
        if (ledger == null) {
            reading.malformed(result.at(), "a model gives no results.");
            return null;
        }
        String id = result.string("id");
        String name = result.required("name");
        String callId = ledger.answered(id, name);
        if (callId == null) {
            reading.malformed(result.at(), "no functionCall of that name waits for a result.");
            return null;
        }
        Part read = ResultReader.read(result, callId, name, reading);
        result.extra("willContinue", Extra.Weight.HINT, "only Gemini knows results that go on");
        result.extra("scheduling", Extra.Weight.HINT, "only Gemini knows it");
        result.end();
        return read;
    }
}

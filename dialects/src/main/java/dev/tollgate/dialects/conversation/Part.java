package dev.tollgate.dialects.conversation;

import dev.tollgate.dialects.json.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A piece of what is said, in a request or an answer. Texts are slices of the wire and go on undecoded. How each protocol words a
 * part, and which it cannot, is the table in this package's description.
 */
public sealed interface Part {
    Path at();

    /**
     * Said in words.
     *
     * @param signature Gemini's, of a text part
     */
    record Text(
            Path at,
            Json.Text text,
            List<Citation> citations,
            @Nullable CacheHint cache,
            @Nullable Signature signature) implements Part {
        public Text {
            citations = List.copyOf(citations);
        }

        public static Text of(Path at, Json.Text text) {
            return new Text(at, text, List.of(), null, null);
        }
    }

    /**
     * An image, a document, sound.
     *
     * @param mediaType such as {@code image/png}; null where the wire leaves it open (a URL)
     * @param name a document's title or file name
     * @param detail OpenAI's {@code detail} of an image or file, Gemini's {@code mediaResolution}, as the wire has it
     * @param context Anthropic's {@code context} of a document
     * @param citations Anthropic's {@code citations.enabled}
     */
    record Media(
            Path at,
            Kind kind,
            @Nullable String mediaType,
            Source source,
            @Nullable Said<Json.Text> name,
            @Nullable Said<String> detail,
            @Nullable Said<Json.Text> context,
            @Nullable Said<Boolean> citations,
            @Nullable CacheHint cache,
            @Nullable Signature signature)
            implements Part {
        public enum Kind {
            IMAGE,
            DOCUMENT,
            AUDIO,
            VIDEO
        }
    }

    /** Where a {@link Media}'s content is. */
    sealed interface Source {
        record Base64(Json.Text data) implements Source {}

        /** Not a {@code data:} URL: that is a {@link Base64}. */
        record Url(Json.Text url) implements Source {}

        /** A file that lies at the provider of that protocol, and nowhere else. */
        record FileId(Protocol home, String id) implements Source {}

        /** A document that is text. */
        record Plain(Json.Text text) implements Source {}

        /** A document made of text and image parts (Anthropic's {@code content} source). */
        record Parts(List<Part> parts) implements Source {
            public Parts {
                parts = List.copyOf(parts);
            }
        }
    }

    /** Anthropic's {@code search_result}: a passage that may be cited. Elsewhere a text with its title and source before it. */
    record SearchResult(
            Path at,
            Json.Text source,
            Json.Text title,
            List<Part.Text> content,
            @Nullable Said<Boolean> citations,
            @Nullable CacheHint cache)
            implements Part {
        public SearchResult {
            content = List.copyOf(content);
        }
    }

    /**
     * The model calls a tool of the client's.
     *
     * @param id never empty: a reader whose wire has none (Gemini) mints one
     * @param namespace of Responses
     * @param signature Gemini's, which it wants back on the first call of a step
     */
    record ToolCall(
            Path at,
            String id,
            @Nullable String namespace,
            String name,
            ToolInput input,
            @Nullable CacheHint cache,
            @Nullable Signature signature)
            implements Part {}

    /**
     * What the client's tool gave.
     *
     * @param callId the call's id; for Gemini without ids, the id minted for the call that it answers by name and order
     * @param name the tool's, where the wire says it (Gemini); otherwise {@link Request#call} knows
     * @param content texts, media and search results
     * @param structured Gemini's {@code response} where it is an object of the client's own making, else null; {@code content} then
     *     has the same as one text
     * @param error whether the tool failed. Anthropic: {@code is_error}; Gemini: {@code response.error}; OpenAI: no word for it
     */
    record ToolResult(
            Path at,
            String callId,
            @Nullable String name,
            List<Part> content,
            Json.@Nullable Obj structured,
            @Nullable Said<Boolean> error,
            @Nullable CacheHint cache)
            implements Part {
        public ToolResult {
            content = List.copyOf(content);
        }
    }

    /**
     * What the model thought, as far as it is shown.
     *
     * @param summary whether it is a summary (Responses, Gemini, Anthropic's newer models) or the thoughts themselves
     * @param paragraphs empty where nothing is shown
     * @param redacted Anthropic's {@code redacted_thinking}: the signature is all there is
     */
    record Reasoning(
            Path at,
            boolean summary,
            List<Json.Text> paragraphs,
            @Nullable Signature signature,
            boolean redacted) implements Part {
        public Reasoning {
            paragraphs = List.copyOf(paragraphs);
        }
    }

    /** The model declines, in its own words. OpenAI: {@code refusal}; elsewhere a text, and the stop reason says it. */
    record Refusal(Path at, Json.Text text) implements Part {}

    /**
     * A part of one provider's own: its built-in tools' calls and results, compaction, executable code. Nobody else can read it.
     *
     * @param weight whether the conversation means the same without it
     */
    record Opaque(Path at, Protocol home, String type, Json raw, Extra.Weight weight) implements Part {}
}

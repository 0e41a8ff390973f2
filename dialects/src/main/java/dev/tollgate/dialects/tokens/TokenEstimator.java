package dev.tollgate.dialects.tokens;

import dev.tollgate.dialects.Dialect;
import dev.tollgate.dialects.conversation.OutputFormat;
import dev.tollgate.dialects.conversation.Part;
import dev.tollgate.dialects.conversation.Request;
import dev.tollgate.dialects.conversation.Tool;
import dev.tollgate.dialects.conversation.Turn;
import dev.tollgate.dialects.json.Json;
import org.jspecify.annotations.Nullable;

/**
 * Counts one request's input. The reading of texts and media is bounded by the request's bytes, the counting of texts by {@link
 * #EXACT_BYTES}; still it takes milliseconds, so it is no work for an event loop. Not for several threads.
 */
public final class TokenEstimator {
    /** Bytes of text, as they stand in the body, that are counted one by one; of more, pieces as many as that. */
    public static final int EXACT_BYTES = 128 * 1_024;

    private final CountingRules rules;
    private final MediaCounter media;
    private final TextCounter sure = new TextCounter();
    /**
     * What a provider may leave out of its count or write in a shorter form: thoughts of earlier turns, parts that only it can read,
     * schemas and inputs of tools, which are JSON with escapes and perhaps line ends here and whatever it likes there.
     */
    private final TextCounter doubtful = new TextCounter();

    private TokenEstimate others = TokenEstimate.NOTHING;

    /**
     * Reads the request; its texts are counted when one of the questions below is asked.
     *
     * @param dialect in which the model is served; tells its family where its name does not
     * @param model as its provider names it
     */
    public TokenEstimator(Request request, Dialect dialect, String model) {
        this.rules = CountingRules.of(dialect, model);
        this.media = new MediaCounter(rules);
        frame();
        request.instructions().forEach(this::part);
        for (Turn turn : request.turns()) {
            frame();
            turn.parts().forEach(this::part);
        }
        tools(request.tools());
        if (request.output().format() != null
                && request.output().format().value() instanceof OutputFormat.JsonSchema schema) {
            text(schema.description());
            object(schema.schema());
        }
    }

    /** The whole input's tokens. */
    public TokenEstimate estimate() {
        TokenEstimate texts = sure.count(EXACT_BYTES);
        TokenEstimate perhaps = doubtful.count(EXACT_BYTES);
        return new TokenEstimate(
                (long) Math.ceil((texts.tokens() + perhaps.tokens()) * rules.text()) + others.tokens(),
                (long) Math.floor(texts.atLeast() * rules.leastText()) + others.atLeast());
    }

    /**
     * What the input would have if each of its tokens were so many bytes of text; costs next to nothing.
     *
     * @param bytesPerToken prose and code have three to five
     */
    public long byBytes(int bytesPerToken) {
        return sure.bytes() / bytesPerToken + others.atLeast();
    }

    /** All its texts' bytes, as they stand in the body: no text has more tokens than bytes. */
    public long textBytes() {
        return sure.bytes() + doubtful.bytes();
    }

    /** The tokens of what is no text: media, framing, what tools bring along. Errs to the high side. */
    public long besideTexts() {
        return others.tokens();
    }

    private void tools(Request.Tools tools) {
        if (!tools.list().isEmpty()) {
            others = others.plus(new TokenEstimate(rules.toolsPreamble(), 0));
        }
        for (Tool tool : tools.list()) {
            frame();
            switch (tool) {
                case Tool.Function function -> {
                    text(Json.Text.of(function.name()));
                    text(function.description());
                    object(function.parameters());
                }
                case Tool.Custom custom -> {
                    text(Json.Text.of(custom.name()));
                    text(custom.description());
                    object(custom.format() == null ? null : custom.format().value());
                }
                case Tool.BuiltIn builtIn -> {
                    doubtful.add(Json.Text.encoding(builtIn.raw()));
                    others = others.plus(new TokenEstimate(rules.builtInTool(), 0));
                }
            }
        }
    }

    private void part(Part part) {
        switch (part) {
            case Part.Text text -> text(text.text());
            case Part.Media of -> media(of);
            case Part.SearchResult result -> {
                frame();
                text(result.source());
                text(result.title());
                result.content().forEach(this::part);
            }
            case Part.ToolCall call -> {
                frame();
                text(Json.Text.of(call.name()));
                doubtful.add(call.input().asText());
            }
            case Part.ToolResult result -> {
                frame();
                result.content().forEach(this::part);
            }
            case Part.Reasoning reasoning -> {
                reasoning.paragraphs().forEach(doubtful::add);
                if (reasoning.redacted() && reasoning.signature() != null) {
                    // Encrypted: base64 of what was once text, of about four bytes a token.
                    int length = reasoning.signature().value().length();
                    others = others.plus(new TokenEstimate(length * 3L / 16, 0));
                }
            }
            case Part.Refusal refusal -> text(refusal.text());
            case Part.Opaque opaque -> doubtful.add(Json.Text.encoding(opaque.raw()));
        }
    }

    private void media(Part.Media of) {
        frame();
        if (of.name() != null) {
            text(of.name().value());
        }
        if (of.context() != null) {
            text(of.context().value());
        }
        switch (of.source()) {
            case Part.Source.Base64(Json.Text data) -> others = others.plus(media.inline(of, data));
            case Part.Source.Url _, Part.Source.FileId _ -> others = others.plus(media.elsewhere(of));
            case Part.Source.Plain(Json.Text text) -> text(text);
            case Part.Source.Parts(var parts) -> parts.forEach(this::part);
        }
    }

    private void frame() {
        others = others.plus(new TokenEstimate(CountingRules.FRAME, 0));
    }

    private void object(@Nullable Json value) {
        if (value != null) {
            doubtful.add(Json.Text.encoding(value));
        }
    }

    private void text(Json.@Nullable Text text) {
        if (text != null) {
            sure.add(text);
        }
    }
}

package dev.tollgate.dialects.chat;

import dev.tollgate.dialects.codec.Destination;
import dev.tollgate.dialects.codec.Destination.Takes;
import dev.tollgate.dialects.codec.Losses;
import dev.tollgate.dialects.codec.Reading;
import dev.tollgate.dialects.conversation.CacheHint;
import dev.tollgate.dialects.conversation.Part;
import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.JsonBytes;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code content}: parts are first made {@link #simple}, then written. */
final class ChatPartsWriter {
    private final Destination destination;
    private final Losses losses;
    private final Reading refused;
    private final JsonBytes out;
    private final ChatMediaWriter media;

    ChatPartsWriter(Destination destination, Losses losses, Reading refused, JsonBytes out) {
        this.destination = destination;
        this.losses = losses;
        this.refused = refused;
        this.out = out;
        this.media = new ChatMediaWriter(destination, losses, refused, out);
    }

    /** The same as texts and media with bytes, URLs or file ids, which is all that {@link #content} takes. */
    List<Part> simple(List<Part> parts) {
        List<Part> simple = new ArrayList<>(parts.size());
        for (Part part : parts) {
            switch (part) {
                case Part.Text text -> simple.add(text);
                case Part.SearchResult result -> simple.add(text(result));
                case Part.Media of -> media(of, simple);
                case Part.Opaque opaque -> opaque(opaque);
                case Part.ToolCall _, Part.ToolResult _, Part.Reasoning _, Part.Refusal _ ->
                    refused.notExpressible(part.at(), "It cannot stand here. Leave it out.");
            }
        }
        return simple;
    }

    private Part text(Part.SearchResult result) {
        List<Json.Text> lines = new ArrayList<>(List.of(result.title(), result.source()));
        for (Part.Text text : result.content()) {
            lines.add(text.text());
        }
        losses.request(result.citations(), "Chat Completions cites web pages only");
        return new Part.Text(result.at(), ChatTexts.join("\n", lines), List.of(), result.cache(), null);
    }

    private void media(Part.Media of, List<Part> simple) {
        List<Json.Text> head = new ArrayList<>();
        if (of.name() != null) {
            head.add(of.name().value());
        }
        if (of.context() != null) {
            head.add(of.context().value());
        }
        switch (of.source()) {
            case Part.Source.Plain(Json.Text text) -> {
                head.add(text);
                losses.request(of.citations(), ChatMediaWriter.NO_CITATIONS);
                simple.add(new Part.Text(of.at(), ChatTexts.join("\n", head), List.of(), of.cache(), null));
            }
            case Part.Source.Parts(List<Part> inner) -> {
                losses.request(of.citations(), ChatMediaWriter.NO_CITATIONS);
                if (!head.isEmpty()) {
                    simple.add(Part.Text.of(of.at(), ChatTexts.join("\n", head)));
                }
                List<Part> made = simple(inner);
                hint(of.cache(), made);
                simple.addAll(made);
            }
            case Part.Source.Base64 _, Part.Source.Url _, Part.Source.FileId _ -> simple.add(of);
        }
    }

    private void opaque(Part.Opaque opaque) {
        switch (opaque.weight()) {
            case INCIDENTAL, HINT ->
                losses.request(opaque.at(), "only its own provider can read a part of type " + opaque.type());
            case ESSENTIAL ->
                refused.notExpressible(
                        opaque.at(),
                        "Only its own provider can read a part of type " + opaque.type() + ". Leave it out.");
        }
    }

    /** Puts the hint on the last of the parts, where that is a text without one. */
    void hint(@Nullable CacheHint hint, List<Part> parts) {
        if (hint == null) {
            return;
        }
        if (!parts.isEmpty() && parts.getLast() instanceof Part.Text last && last.cache() == null) {
            parts.set(
                    parts.size() - 1, new Part.Text(last.at(), last.text(), last.citations(), hint, last.signature()));
        } else {
            losses.incidental(hint.at(), "there is no text to bear it");
        }
    }

    /** One text goes as a string, which every server takes; so do several, where they are only texts and the server is not OpenAI's. */
    void content(List<Part> simple) {
        boolean texts = simple.stream().allMatch(Part.Text.class::isInstance);
        boolean marked = destination.takes(Takes.CACHE_BREAKPOINTS)
                && simple.stream().anyMatch(part -> part instanceof Part.Text text && text.cache() != null);
        boolean plain = simple.size() <= 1 || !destination.takes(Takes.MAX_COMPLETION_TOKENS);
        if (texts && plain && !marked) {
            List<Json.Text> joined = new ArrayList<>(simple.size());
            for (Part part : simple) {
                if (part instanceof Part.Text text) {
                    report(text);
                    joined.add(text.text());
                }
            }
            out.value(joined.isEmpty() ? Json.Text.EMPTY : ChatTexts.join("\n\n", joined));
            return;
        }
        out.beginArray();
        for (Part part : simple) {
            if (part instanceof Part.Text text) {
                report(text);
                out.beginObject().field("type", "text").field("text", text.text());
                breakpoint(destination, out, text.cache());
                out.endObject();
            } else if (part instanceof Part.Media of) {
                media.write(of);
            }
        }
        out.endArray();
    }

    private void report(Part.Text text) {
        if (!text.citations().isEmpty()) {
            losses.incidental(text.citations().getFirst().at(), "Chat Completions takes no citations");
        }
        if (text.signature() != null) {
            losses.incidental(text.at().member("thoughtSignature"), "a signature counts at its own provider only");
        }
        report(destination, losses, text.cache());
    }

    static void report(Destination destination, Losses losses, @Nullable CacheHint cache) {
        if (cache == null) {
            return;
        }
        if (!destination.takes(Takes.CACHE_BREAKPOINTS)) {
            losses.incidental(cache.at(), "the provider caches, or does not, by itself");
        } else if (cache.ttl() == CacheHint.Ttl.ONE_HOUR) {
            losses.incidental(cache.at().member("ttl"), "OpenAI keeps it for half an hour at least");
        }
    }

    static void breakpoint(Destination destination, JsonBytes out, @Nullable CacheHint cache) {
        if (cache != null && destination.takes(Takes.CACHE_BREAKPOINTS)) {
            out.name("prompt_cache_breakpoint")
                    .beginObject()
                    .field("mode", "explicit")
                    .endObject();
        }
    }
}

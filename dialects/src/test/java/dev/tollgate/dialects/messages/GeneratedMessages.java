package dev.tollgate.dialects.messages;

import dev.tollgate.dialects.Usage;
import dev.tollgate.dialects.conversation.Answer;
import dev.tollgate.dialects.conversation.CacheHint;
import dev.tollgate.dialects.conversation.Citation;
import dev.tollgate.dialects.conversation.Event;
import dev.tollgate.dialects.conversation.Extra;
import dev.tollgate.dialects.conversation.Part;
import dev.tollgate.dialects.conversation.Path;
import dev.tollgate.dialects.conversation.Protocol;
import dev.tollgate.dialects.conversation.Said;
import dev.tollgate.dialects.conversation.Signature;
import dev.tollgate.dialects.conversation.Stop;
import dev.tollgate.dialects.conversation.ToolInput;
import dev.tollgate.dialects.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** What Anthropic's Messages can say, made up: parts, answers and streams, each at the place where a reader would find it. */
class GeneratedMessages {
    private static final String[] WORDS = {
        "plain",
        "Zürich – 混淆",
        "a \"quoted\" \\ word",
        "two\nlines\tand a tab",
        "😀 \u0001 \u007f",
        "{\"json\":[1]}",
        "x"
    };

    private static final Path CONTENT = Path.ROOT.member("content");

    final RandomGenerator random;
    private int breakpoints = 4;

    GeneratedMessages(RandomGenerator random) {
        this.random = random;
    }

    boolean chance(int of100) {
        return random.nextInt(100) < of100;
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    String word() {
        return WORDS[below(WORDS.length)] + below(1000);
    }

    Json.Text text() {
        StringBuilder text = new StringBuilder(word());
        for (int i = below(4); i > 0; i--) {
            text.append(' ').append(word());
        }
        return Json.Text.of(text.toString());
    }

    String id(String prefix) {
        return prefix + Long.toString(random.nextLong() >>> 1, 36);
    }

    Json.Obj object() {
        return switch (below(3)) {
            case 0 -> Json.Obj.EMPTY;
            case 1 -> Sample.object("{'city':'Zürich','n':" + below(100) + ".50}");
            default -> Sample.object("{'a':{'b':[1,null,true,\"\\u00e9\"]},'usage':{'input_tokens':-1}}");
        };
    }

    @Nullable
    CacheHint cache(Path at) {
        if (breakpoints == 0 || !chance(15)) {
            return null;
        }
        breakpoints--;
        CacheHint.Ttl[] ttls = CacheHint.Ttl.values();
        return new CacheHint(at.member("cache_control"), ttls[below(ttls.length)]);
    }

    Part.Text text(Path at, boolean cited, boolean cached) {
        List<Citation> citations = new ArrayList<>();
        while (cited && chance(20)) {
            citations.add(citation(at.member("citations").element(citations.size())));
        }
        return new Part.Text(at, text(), citations, cached ? cache(at) : null, null);
    }

    private Citation citation(Path at) {
        boolean web = chance(50);
        Json.Obj raw = Sample.object(
                web
                        ? "{'type':'web_search_result_location','cited_text':'c','title':'t','url':'https://e.org/"
                                + below(9) + "','encrypted_index':'Eo8B'}"
                        : "{'type':'page_location','cited_text':'p','document_index':0,'document_title':'d',"
                                + "'start_page_number':1,'end_page_number':2}");
        return new Citation(
                at,
                web ? member(raw, "url") : null,
                member(raw, web ? "title" : "document_title"),
                member(raw, "cited_text"),
                -1,
                -1,
                Protocol.MESSAGES,
                raw);
    }

    private static Json.Text member(Json.Obj raw, String name) {
        return (Json.Text) Sample.given(raw.get(name));
    }

    Part.Reasoning reasoning(Path at) {
        Signature signature = new Signature(Protocol.MESSAGES, null, id("EqoB") + "/+==");
        boolean redacted = chance(25);
        return new Part.Reasoning(at, true, redacted || chance(25) ? List.of() : List.of(text()), signature, redacted);
    }

    Part.ToolCall call(Path at, boolean cached) {
        return new Part.ToolCall(
                at,
                id("toolu_"),
                null,
                "tool_" + below(5),
                new ToolInput.Plain(object()),
                cached ? cache(at) : null,
                null);
    }

    Part.Opaque opaque(Path at) {
        Json.Obj raw = Sample.object("{'type':'server_tool_use','id':'srv" + below(99)
                + "','name':'web_search','input':{'query':'q'},'cache_control':null}");
        return new Part.Opaque(at, Protocol.MESSAGES, "server_tool_use", raw, Extra.Weight.HINT);
    }

    Part.Media media(Path at, boolean document) {
        Part.Source source = source(at.member("source"), document);
        String mediaType = switch (source) {
            case Part.Source.Base64 _ -> document ? "application/pdf" : "image/png";
            case Part.Source.Plain _ -> "text/plain";
            case Part.Source.Url _, Part.Source.FileId _, Part.Source.Parts _ -> null;
        };
        return new Part.Media(
                at,
                document ? Part.Media.Kind.DOCUMENT : Part.Media.Kind.IMAGE,
                mediaType,
                source,
                document && chance(50) ? new Said<>(at.member("title"), text()) : null,
                null,
                document && chance(30) ? new Said<>(at.member("context"), text()) : null,
                document ? citations(at) : null,
                cache(at),
                null);
    }

    private Part.Source source(Path at, boolean document) {
        return switch (below(document ? 5 : 3)) {
            case 0 -> new Part.Source.Base64(Json.Text.of(document ? "JVBERi0xLjQK" : "iVBORw0KGgo="));
            case 1 -> new Part.Source.Url(Json.Text.of("https://example.com/" + below(99)));
            case 2 -> new Part.Source.FileId(Protocol.MESSAGES, id("file_"));
            case 3 -> new Part.Source.Plain(text());
            default -> {
                Path content = at.member("content");
                yield new Part.Source.Parts(
                        List.of(text(content.element(0), false, true), media(content.element(1), false)));
            }
        };
    }

    Part.SearchResult searchResult(Path at) {
        Path content = at.member("content").element(0);
        return new Part.SearchResult(at, text(), text(), List.of(text(content, false, true)), citations(at), cache(at));
    }

    private @Nullable Said<Boolean> citations(Path at) {
        return chance(40) ? new Said<>(at.member("citations").member("enabled"), chance(50)) : null;
    }

    Usage usage(boolean whole) {
        return new Usage(
                below(5000),
                below(3) * 1000L,
                below(3) * 70L,
                below(3) * 50L,
                below(900) + 100L,
                whole ? below(3) * 30L : 0,
                whole ? below(3) : 0);
    }

    Stop stop() {
        return switch (below(8)) {
            case 0 -> Stop.of(Stop.Reason.END, "end_turn");
            case 1 -> Stop.of(Stop.Reason.MAX_TOKENS, "max_tokens");
            case 2 -> new Stop(Stop.Reason.STOP_SEQUENCE, "stop_sequence", word(), null);
            case 3 -> Stop.of(Stop.Reason.TOOL_CALLS, "tool_use");
            case 4 -> new Stop(Stop.Reason.REFUSED, "refusal", null, chance(50) ? text() : null);
            case 5 -> Stop.of(Stop.Reason.PAUSED, "pause_turn");
            case 6 -> Stop.of(Stop.Reason.CONTEXT_FULL, "model_context_window_exceeded");
            default -> Stop.of(Stop.Reason.COMPACTED, "compaction");
        };
    }

    /** An answer of {@link Sample#MODEL}. */
    Answer answer() {
        List<Part> parts = new ArrayList<>();
        for (int i = below(5); i > 0; i--) {
            Path at = CONTENT.element(parts.size());
            parts.add(
                    switch (below(5)) {
                        case 0 -> reasoning(at);
                        case 1 -> call(at, false);
                        case 2 -> opaque(at);
                        default -> text(at, true, false);
                    });
        }
        String[] tiers = {null, "standard", "priority", "batch"};
        return new Answer(
                id("msg_"),
                Sample.MODEL,
                -1,
                List.of(new Answer.Choice(0, parts, stop(), List.of())),
                usage(true),
                tiers[below(tiers.length)],
                List.of());
    }

    /** The events of an answer of {@link Sample#MODEL}. */
    List<Event> events() {
        List<Event> events = new ArrayList<>();
        events.add(new Event.Started(id("msg_"), Sample.MODEL, -1, usage(false)));
        int parts = below(5);
        for (int part = 0; part < parts; part++) {
            if (chance(20)) {
                events.add(new Event.Ping());
            }
            part(part, events);
            events.add(new Event.PartEnded(0, part));
        }
        events.add(new Event.ChoiceEnded(0, stop()));
        events.add(new Event.UsageReported(usage(true)));
        events.add(new Event.Ended());
        return events;
    }

    private void part(int part, List<Event> events) {
        switch (below(4)) {
            case 0 -> {
                Part.Reasoning thought = reasoning(CONTENT);
                events.add(new Event.PartStarted(0, part, new Event.Opening.Reasoning(true, thought.redacted())));
                for (Json.Text each : thought.paragraphs()) {
                    events.add(new Event.ReasoningDelta(0, part, 0, each));
                }
                if (thought.signature() != null) {
                    events.add(new Event.SignatureDelta(0, part, thought.signature()));
                }
            }
            case 1 -> {
                events.add(new Event.PartStarted(
                        0, part, new Event.Opening.ToolCall(id("toolu_"), null, "tool_" + below(5), false)));
                for (int i = below(4); i > 0; i--) {
                    events.add(new Event.InputDelta(0, part, text()));
                }
            }
            case 2 -> {
                Path at = Path.ROOT.member("content_block_start").member("content_block");
                events.add(new Event.PartStarted(0, part, new Event.Opening.Whole(opaque(at))));
            }
            default -> {
                events.add(new Event.PartStarted(0, part, new Event.Opening.Text()));
                Path citations = CONTENT.element(part).member("citations");
                int cited = 0;
                for (int i = below(4); i > 0; i--) {
                    events.add(
                            chance(20)
                                    ? new Event.CitationAdded(0, part, citation(citations.element(cited++)))
                                    : new Event.TextDelta(0, part, text(), List.of()));
                }
            }
        }
    }
}

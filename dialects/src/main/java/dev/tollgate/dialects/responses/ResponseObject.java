package dev.tollgate.dialects.responses;

import dev.tollgate.dialects.Usage;
import dev.tollgate.dialects.codec.ErrorReader.ProviderError;
import dev.tollgate.dialects.codec.Exchange;
import dev.tollgate.dialects.conversation.Request;
import dev.tollgate.dialects.conversation.Said;
import dev.tollgate.dialects.conversation.Thinking;
import dev.tollgate.dialects.conversation.ToolChoice;
import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.JsonBytes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes response objects. They repeat the request's settings as OpenAI's do, but for instructions and tools, which are long and
 * which nobody reads there.
 */
final class ResponseObject {
    private final Exchange exchange;
    private final String id;
    private final long createdEpochSecond;

    ResponseObject(Exchange exchange, String id, long createdEpochSecond) {
        this.exchange = exchange;
        this.id = id.isEmpty() ? exchange.mint().id("resp_") : id;
        this.createdEpochSecond = createdEpochSecond < 0 ? exchange.mint().epochSecond() : createdEpochSecond;
    }

    /** How far the response has come. */
    record State(
            String status,
            @Nullable String incomplete,
            @Nullable ProviderError error,
            @Nullable Usage usage,
            @Nullable String serviceTier) {
        static final State IN_PROGRESS = new State("in_progress", null, null, null, null);
    }

    /**
     * Writes the object.
     *
     * @param items each a document
     */
    void write(JsonBytes out, State state, List<byte[]> items) {
        Request request = exchange.request();
        out.beginObject()
                .field("id", id)
                .field("object", "response")
                .field("created_at", createdEpochSecond)
                .field("status", state.status())
                .field("background", false);
        error(out, state.error());
        out.name("incomplete_details");
        if (state.incomplete() == null) {
            out.nothing();
        } else {
            out.beginObject().field("reason", state.incomplete()).endObject();
        }
        out.name("instructions").nothing();
        number(out, "max_output_tokens", request.output().maxTokens());
        out.field("model", exchange.model());
        Said<Boolean> parallel = request.tools().parallel();
        out.field("parallel_tool_calls", parallel == null || parallel.value());
        out.name("previous_response_id").nothing();
        reasoning(out, request.thinking());
        if (state.serviceTier() != null) {
            out.field("service_tier", state.serviceTier());
        }
        out.field("store", false);
        sampling(out, "temperature", request.sampling().temperature());
        out.name("text").beginObject().name("format").beginObject();
        if (request.output().format() == null) {
            out.field("type", "text");
        } else {
            SettingsWriter.format(request.output().format().value(), out);
        }
        out.endObject().endObject();
        choice(out, request.tools().choice());
        out.name("tools").beginArray().endArray();
        sampling(out, "top_p", request.sampling().topP());
        out.field("truncation", "disabled");
        UsageForm.write(state.usage(), out);
        out.name("metadata");
        Said<Json.Obj> metadata = request.context().metadata();
        out.value(metadata == null ? Json.Obj.EMPTY : metadata.value());
        out.name("output").outside(ItemWriter.array(items)).endObject(); // the last member, so no comma is missed
    }

    private static void error(JsonBytes out, @Nullable ProviderError error) {
        out.name("error");
        if (error == null) {
            out.nothing();
        } else {
            out.beginObject()
                    .field("code", Words.code(error.kind()))
                    .field("message", error.message())
                    .endObject();
        }
    }

    private static void reasoning(JsonBytes out, Thinking thinking) {
        boolean off = thinking.mode() != null && thinking.mode().value() instanceof Thinking.Mode.Off;
        Said<Thinking.Effort> effort = thinking.effort();
        Said<Thinking.Display> display = thinking.display();
        out.name("reasoning").beginObject().name("effort");
        if (off || effort == null) {
            out.value(off ? Json.Text.of("none") : Json.Null.NULL);
        } else {
            out.text(effort.value().wireName());
        }
        out.name("summary");
        if (display == null || display.value() == Thinking.Display.OMITTED) {
            out.nothing();
        } else {
            out.text(Words.word(display.value()));
        }
        out.endObject();
    }

    private static void number(JsonBytes out, String name, @Nullable Said<Long> said) {
        out.name(name).value(said == null ? Json.Null.NULL : Json.Num.of(said.value()));
    }

    private static void sampling(JsonBytes out, String name, @Nullable Said<Json.Num> said) {
        out.name(name).value(said == null ? Json.Num.of(1) : said.value());
    }

    private static void choice(JsonBytes out, @Nullable Said<ToolChoice> choice) {
        out.name("tool_choice");
        switch (choice == null ? null : choice.value()) {
            case null -> out.text("auto");
            case ToolChoice.Auto _ -> out.text("auto");
            case ToolChoice.None _ -> out.text("none");
            case ToolChoice.Required _ -> out.text("required");
            case ToolChoice.Named(String name) ->
                out.beginObject().field("type", "function").field("name", name).endObject();
            case ToolChoice.Allowed allowed -> out.text(allowed.required() ? "required" : "auto");
        }
    }
}

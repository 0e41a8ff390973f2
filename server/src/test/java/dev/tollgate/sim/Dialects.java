package dev.tollgate.sim;

import dev.tollgate.sim.Sim.Answered;
import dev.tollgate.sim.Sim.Received;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * How a client of each dialect asks and reads, written down once more from the vendors' references, so that the tests which
 * hold for all dialects can be run on each.
 */
enum Dialects {
    ANTHROPIC("/v1/messages") {
        @Override
        String body(String model, String text, boolean stream, String extra) {
            return Sim.quotes("{'model':'" + model + "','max_tokens':4096,'stream':" + stream
                    + ",'messages':[{'role':'user','content':'" + text + "'}]" + extra + "}");
        }

        @Override
        String tools() {
            return ",'tools':[{'name':'weather','input_schema':" + SCHEMA + "}]";
        }

        @Override
        Spoken whole(JsonNode json) {
            String text = "";
            JsonNode call = json.path("missing");
            for (JsonNode block : json.path("content")) {
                text += block.path("type").stringValue("").equals("text")
                        ? block.path("text").stringValue()
                        : "";
                call = block.path("type").stringValue("").equals("tool_use") ? block : call;
            }
            return new Spoken(
                    text,
                    call.path("name").stringValue(""),
                    call.path("input").toString(),
                    json.path("usage").path("input_tokens").asLong(0),
                    json.path("usage").path("output_tokens").asLong(0));
        }

        @Override
        Spoken streamed(Answered answer) {
            String text = "";
            String name = "";
            String arguments = "";
            long input = 0;
            long output = 0;
            for (Received event : answer.events()) {
                JsonNode json = event.json();
                text += json.path("delta").path("text").stringValue("");
                name = json.path("content_block").path("name").stringValue(name);
                arguments += json.path("delta").path("partial_json").stringValue("");
                if (event.name().equals("message_delta")) {
                    input = json.path("usage").path("input_tokens").asLong(0);
                    output = json.path("usage").path("output_tokens").asLong(0);
                }
            }
            return new Spoken(text, name, arguments, input, output);
        }

        @Override
        boolean complete(Answered answer) {
            return answer.events().getLast().name().equals("message_stop");
        }
    },

    CHAT("/v1/chat/completions") {
        @Override
        String body(String model, String text, boolean stream, String extra) {
            String usage = stream ? ",'stream_options':{'include_usage':true}" : "";
            return Sim.quotes("{'model':'" + model + "','stream':" + stream + usage
                    + ",'messages':[{'role':'user','content':'" + text + "'}]" + extra + "}");
        }

        @Override
        String tools() {
            return ",'tools':[{'type':'function','function':{'name':'weather','parameters':" + SCHEMA + "}}]";
        }

        @Override
        Spoken whole(JsonNode json) {
            JsonNode message = json.path("choices").path(0).path("message");
            JsonNode call = message.path("tool_calls").path(0).path("function");
            return new Spoken(
                    message.path("content").stringValue(""),
                    call.path("name").stringValue(""),
                    call.path("arguments").stringValue(""),
                    json.path("usage").path("prompt_tokens").asLong(0),
                    json.path("usage").path("completion_tokens").asLong(0));
        }

        @Override
        Spoken streamed(Answered answer) {
            String text = "";
            String name = "";
            String arguments = "";
            JsonNode usage = Sim.json("{}");
            for (Received event : answer.events()) {
                if (event.data().equals("[DONE]")) {
                    continue;
                }
                JsonNode delta = event.json().path("choices").path(0).path("delta");
                JsonNode call = delta.path("tool_calls").path(0).path("function");
                text += delta.path("content").stringValue("");
                name = call.path("name").stringValue(name);
                arguments += call.path("arguments").stringValue("");
                usage = event.json().path("usage").isObject() ? event.json().path("usage") : usage;
            }
            return new Spoken(
                    text,
                    name,
                    arguments,
                    usage.path("prompt_tokens").asLong(0),
                    usage.path("completion_tokens").asLong(0));
        }

        @Override
        boolean complete(Answered answer) {
            return answer.events().getLast().data().equals("[DONE]");
        }
    },

    RESPONSES("/v1/responses") {
        @Override
        String body(String model, String text, boolean stream, String extra) {
            return Sim.quotes("{'model':'" + model + "','stream':" + stream + ",'input':'" + text + "'" + extra + "}");
        }

        @Override
        String tools() {
            return ",'tools':[{'type':'function','name':'weather','parameters':" + SCHEMA + "}]";
        }

        @Override
        Spoken whole(JsonNode json) {
            String text = "";
            JsonNode call = json.path("missing");
            for (JsonNode item : json.path("output")) {
                text += item.path("content").path(0).path("text").stringValue("");
                call = item.path("type").stringValue("").equals("function_call") ? item : call;
            }
            return new Spoken(
                    text,
                    call.path("name").stringValue(""),
                    call.path("arguments").stringValue(""),
                    json.path("usage").path("input_tokens").asLong(0),
                    json.path("usage").path("output_tokens").asLong(0));
        }

        @Override
        Spoken streamed(Answered answer) {
            String text = "";
            String arguments = "";
            for (Received event : answer.events()) {
                String delta = event.json().path("delta").stringValue("");
                text += event.name().equals("response.output_text.delta") ? delta : "";
                arguments += event.name().equals("response.function_call_arguments.delta") ? delta : "";
            }
            Spoken last = whole(answer.events().getLast().json().path("response"));
            return new Spoken(text, last.tool(), arguments, last.input(), last.output());
        }

        @Override
        boolean complete(Answered answer) {
            return answer.events().getLast().name().equals("response.completed");
        }
    },

    GEMINI("/v1beta/models/") {
        @Override
        String path(String model, boolean stream) {
            return path + model + (stream ? ":streamGenerateContent?alt=sse" : ":generateContent");
        }

        @Override
        String body(String model, String text, boolean stream, String extra) {
            return Sim.quotes("{'contents':[{'role':'user','parts':[{'text':'" + text + "'}]}]" + extra + "}");
        }

        @Override
        String tools() {
            return ",'tools':[{'functionDeclarations':[{'name':'weather','parameters':" + SCHEMA + "}]}]";
        }

        @Override
        Spoken whole(JsonNode json) {
            String text = "";
            JsonNode call = json.path("missing");
            for (JsonNode part : json.path("candidates").path(0).path("content").path("parts")) {
                text += part.path("thought").booleanValue(false)
                        ? ""
                        : part.path("text").stringValue("");
                call = part.path("functionCall").isObject() ? part.path("functionCall") : call;
            }
            return new Spoken(
                    text,
                    call.path("name").stringValue(""),
                    call.path("args").toString(),
                    json.path("usageMetadata").path("promptTokenCount").asLong(0),
                    json.path("usageMetadata").path("candidatesTokenCount").asLong(0));
        }

        @Override
        Spoken streamed(Answered answer) {
            List<Spoken> all =
                    answer.events().stream().map(event -> whole(event.json())).toList();
            return new Spoken(
                    all.stream().map(Spoken::text).collect(Collectors.joining()),
                    all.stream().map(Spoken::tool).collect(Collectors.joining()),
                    all.stream().map(Spoken::arguments).collect(Collectors.joining()),
                    all.getLast().input(),
                    all.getLast().output());
        }

        @Override
        boolean complete(Answered answer) {
            return answer.events().getLast().json().path("candidates").path(0).has("finishReason");
        }
    };

    static final String SCHEMA = "{'type':'object','properties':{'city':{'type':'string','enum':['Paris','Rome']},"
            + "'days':{'type':'integer','minimum':2,'maximum':5}},'required':['city','days']}";

    final String path;

    Dialects(String path) {
        this.path = path;
    }

    String path(String model, boolean stream) {
        return path;
    }

    /** @param extra further fields, each with a comma before it */
    abstract String body(String model, String text, boolean stream, String extra);

    /** The field that offers the tool {@code weather}, with a comma before it. */
    abstract String tools();

    abstract Spoken whole(JsonNode json);

    abstract Spoken streamed(Answered answer);

    /** Whether a stream has come to its dialect's own end. */
    abstract boolean complete(Answered answer);

    Answered ask(Sim sim, String model, String text, boolean stream, String extra, String... headers)
            throws IOException, InterruptedException {
        return sim.post(path(model, stream), body(model, text, stream, extra), headers);
    }

    Spoken speak(Sim sim, String model, String text, boolean stream, String extra, String... headers)
            throws IOException, InterruptedException {
        Answered answer = ask(sim, model, text, stream, extra, headers);
        if (answer.status() != 200) {
            throw new AssertionError(answer.status() + " " + answer.body());
        }
        return stream ? streamed(answer) : whole(answer.json());
    }

    /** What a client makes of an answer. */
    record Spoken(String text, String tool, String arguments, long input, long output) {}
}

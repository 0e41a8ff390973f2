package dev.tollgate.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.TypeConversionException;

/** {@code rate set|list|show|remove}. */
final class RateCommands {
    private RateCommands() {}

    static CommandSpec group() {
        return Command.group(
                "rate",
                "Limits on what calls may do in a minute, at once, and each by itself.",
                new Change(),
                new ListAll(),
                new Show(),
                new RemoveCommand("/rates/{}", "Rate", "ID", "Remove a rate; later calls are not held to it."));
    }

    private static final class Change extends ServerCommand {
        private final ScopeOptions scope = new ScopeOptions(this);
        private final Arg<Long> requests = limit("--rpm", "Requests a minute.");
        private final Arg<Long> input = limit("--itpm", "Input tokens a minute, but for those read from a cache.");
        private final Arg<Long> output = limit("--otpm", "Output tokens a minute.");
        private final Arg<Long> concurrent = limit("--concurrent", "Calls at once.");
        private final Arg<Long> maxInput = limit("--max-input-tokens", "The longest prompt of a call, in tokens.");
        private final Arg<Long> maxOutput = limit("--max-output-tokens", "The longest answer of a call, in tokens.");
        private final Arg<String> models =
                option("--models", "GLOB,…", "Only these models or aliases, for example anthropic/*,fast.");

        Change() {
            super(
                    "set",
                    "Set a rate: at least one of the seven scopes, together where several are given, and a limit.");
        }

        private Arg<Long> limit(String name, String description) {
            return option(name, "N", Long.class, RateCommands::positive, description);
        }

        @Override
        int run(AdminApi api, Surroundings surroundings, Output out) {
            Json.Obj body = scope.body("rate");
            int scopes = body.fields().size();
            put(body, "requests_per_minute", requests);
            put(body, "input_tokens_per_minute", input);
            put(body, "output_tokens_per_minute", output);
            put(body, "concurrent", concurrent);
            put(body, "max_input_tokens", maxInput);
            put(body, "max_output_tokens", maxOutput);
            List<String> globs = models.given().map(Format::words).orElse(List.of());
            if (!globs.isEmpty()) {
                body.put("models", globs);
            }
            if (body.fields().size() == scopes) {
                throw Failure.usage(
                        "A rate limits something.",
                        "Give at least one of --rpm, --itpm, --otpm, --concurrent, --max-input-tokens,"
                                + " --max-output-tokens and --models.");
            }
            show(api.post(Resource.of("/rates"), body), json(), out);
            return 0;
        }

        private static void put(Json.Obj body, String field, Arg<Long> limit) {
            limit.given().ifPresent(value -> body.put(field, value));
        }
    }

    private static final class ListAll extends ServerCommand {
        ListAll() {
            super("list", "List all rates in force and how they stand.");
        }

        @Override
        int run(AdminApi api, Surroundings surroundings, Output out) {
            Json.Obj answer = api.get(Resource.of("/rates"));
            if (json()) {
                out.jsonRows(answer);
                return 0;
            }
            Table table = new Table(
                    Table.left("ID"),
                    Table.elastic("SCOPE"),
                    Table.elastic("LIMITS"),
                    Table.right("UNDER WAY"),
                    Table.right("REFUSED"));
            for (Json.Obj rate : answer.rows("data")) {
                table.row(
                        rate.text("id"),
                        rate.text("label"),
                        String.join("; ", limits(rate)),
                        Format.count(rate.number("calls_under_way")),
                        Format.count(rate.number("calls_refused")));
            }
            out.table(table, "There is no rate. Set one: tollgate rate set --key NAME --rpm 60");
            return 0;
        }
    }

    private static final class Show extends ServerCommand {
        private final Arg<String> id = positional("ID", "The rate's id.");

        Show() {
            super("show", "Show one rate and how it stands.");
        }

        @Override
        int run(AdminApi api, Surroundings surroundings, Output out) {
            show(api.get(Resource.of("/rates/{}", id.value())), json(), out);
            return 0;
        }
    }

    private static void show(Json.Obj rate, boolean json, Output out) {
        if (json) {
            out.json(rate);
            return;
        }
        out.line("Rate " + rate.text("id") + ": " + rate.text("label") + ".");
        limits(rate).forEach(limit -> out.line("  " + limit));
        out.line("Calls under way: " + Format.count(rate.number("calls_under_way"))
                + ", refused since the gate's start: " + Format.count(rate.number("calls_refused")) + ".");
    }

    private static List<String> limits(Json.Obj rate) {
        List<String> limits = new ArrayList<>();
        minute(rate, "requests_per_minute", "requests", "requests_left", limits);
        minute(rate, "input_tokens_per_minute", "input tokens", "input_tokens_left", limits);
        minute(rate, "output_tokens_per_minute", "output tokens", "output_tokens_left", limits);
        most(rate, "concurrent", "calls at once", limits);
        most(rate, "max_input_tokens", "input tokens a call", limits);
        most(rate, "max_output_tokens", "output tokens a call", limits);
        List<String> models = rate.texts("models");
        if (!models.isEmpty()) {
            limits.add("models " + String.join(", ", models));
        }
        return limits;
    }

    private static void minute(Json.Obj rate, String field, String what, String left, List<String> limits) {
        if (rate.has(field)) {
            limits.add(Format.count(rate.number(field)) + " " + what + " a minute (" + Format.count(rate.number(left))
                    + " left)");
        }
    }

    private static void most(Json.Obj rate, String field, String what, List<String> limits) {
        if (rate.has(field)) {
            limits.add(Format.count(rate.number(field)) + " " + what);
        }
    }

    private static Long positive(String text) {
        if (!text.matches("[1-9]\\d{0,10}")) {
            throw new TypeConversionException("not a whole number above zero");
        }
        return Long.valueOf(text);
    }
}

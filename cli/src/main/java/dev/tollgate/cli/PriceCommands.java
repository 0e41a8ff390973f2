package dev.tollgate.cli;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.TypeConversionException;

/** {@code price show|set}. */
final class PriceCommands {
    private static final Pattern AMOUNT = Pattern.compile("(0|[1-9]\\d{0,8})(\\.\\d{1,9})?");

    private PriceCommands() {}

    static CommandSpec group() {
        return Command.group("price", "What a million tokens cost, by model and day.", new Show(), new Change());
    }

    private static final class Show extends ServerCommand {
        private final Arg<String> model =
                positional("MODEL", String.class, "0..1", "provider/model, or the model's id. Default: all.");

        Show() {
            super("show", "Show dated prices, in US dollars per million tokens.");
        }

        @Override
        int run(AdminApi api, Surroundings surroundings, Output out) {
            Json.Obj answer =
                    api.get(Resource.of("/prices").query("model", model.given().orElse("")));
            if (json()) {
                out.jsonRows(answer);
                return 0;
            }
            Table table = table();
            answer.rows("data").forEach(price -> add(table, price));
            out.table(table, "There is no price. Set one: tollgate price set provider/model --input USD --output USD");
            return 0;
        }
    }

    private static final class Change extends ServerCommand {
        private final Arg<String> model = positional("PROVIDER/MODEL", "The model.");
        private final Arg<String> input = required("--input", "USD", String.class, PriceCommands::usd, "Input.");
        private final Arg<String> output = required("--output", "USD", String.class, PriceCommands::usd, "Output.");
        private final Arg<String> cacheRead = cache("--cache-read", "Cache reads.");
        private final Arg<String> cacheWrite5m = cache("--cache-write-5m", "Cache writes that last five minutes.");
        private final Arg<String> cacheWrite1h = cache("--cache-write-1h", "Cache writes that last an hour.");
        private final Arg<String> since = option(
                "--since",
                "DATE",
                String.class,
                PriceCommands::date,
                "The first day (UTC) on which it holds, like 2026-11-22. Default: today.");

        private final Arg<Boolean> free = flag("Say that prices of 0 are meant: the model costs nothing.", "--free");

        Change() {
            super("set", "Set a model's price, in US dollars per million tokens.");
        }

        private Arg<String> cache(String name, String description) {
            return option(
                    name,
                    "USD",
                    String.class,
                    PriceCommands::usd,
                    description + " Default: in its proportion to input until now.");
        }

        @Override
        int run(AdminApi api, Surroundings surroundings, Output out) {
            ModelName name = ModelName.parse(model.value());
            Json.Obj body =
                    Json.object().put("input_usd_per_mtok", input.value()).put("output_usd_per_mtok", output.value());
            cacheRead.given().ifPresent(usd -> body.put("cache_read_usd_per_mtok", usd));
            cacheWrite5m.given().ifPresent(usd -> body.put("cache_write_5m_usd_per_mtok", usd));
            cacheWrite1h.given().ifPresent(usd -> body.put("cache_write_1h_usd_per_mtok", usd));
            since.given().ifPresent(day -> body.put("since", day));
            if (free.value()) {
                body.put("free", true);
            }
            Json.Obj price = api.put(Resource.of("/prices/{}/{}", name.provider(), name.model()), body);
            if (json()) {
                out.json(price);
                return 0;
            }
            Table table = table();
            add(table, price);
            out.table(table, "");
            return 0;
        }
    }

    /** US dollars as the admin API takes them; kept as text, since a binary fraction would not be the same amount. */
    static String usd(String text) {
        String amount = text.startsWith("$") ? text.substring(1) : text;
        if (!AMOUNT.matcher(amount).matches()) {
            throw new TypeConversionException("not an amount like 3.00 (US dollars, at most nine decimals)");
        }
        return amount;
    }

    static String date(String text) {
        try {
            return LocalDate.parse(text).toString();
        } catch (DateTimeException malformed) {
            throw new TypeConversionException("not a date like 2026-11-22");
        }
    }

    private static Table table() {
        return new Table(
                Table.left("MODEL"),
                Table.left("SINCE"),
                Table.right("INPUT"),
                Table.right("OUTPUT"),
                Table.right("CACHE READ"),
                Table.right("WRITE 5M"),
                Table.right("WRITE 1H"),
                Table.right("WEB SEARCH"),
                Table.elastic("SOURCE"));
    }

    private static void add(Table table, Json.Obj price) {
        add(table, price.text("id"), price, price);
        if (price.has("long_context")) {
            Json.Obj dearer = price.child("long_context");
            add(table, "  prompt over " + Format.count(dearer.number("above_tokens")), dearer, price);
        }
    }

    private static void add(Table table, String name, Json.Obj rates, Json.Obj price) {
        table.row(
                name,
                price.text("since"),
                Format.price(rates.text("input_usd_per_mtok")),
                Format.price(rates.text("output_usd_per_mtok")),
                Format.price(rates.text("cache_read_usd_per_mtok")),
                Format.price(rates.text("cache_write_5m_usd_per_mtok")),
                Format.price(rates.text("cache_write_1h_usd_per_mtok")),
                Format.price(price.text("web_search_usd_per_request")),
                price.text("source"));
    }
}

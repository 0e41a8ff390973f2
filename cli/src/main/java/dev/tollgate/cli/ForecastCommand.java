package dev.tollgate.cli;

/** {@code forecast}. */
final class ForecastCommand extends ServerCommand {
    /** Whose spending. */
    enum By {
        ACCOUNT,
        KEY,
        MEMBER,
        APP,
        FEATURE,
        PROVIDER,
        MODEL;

        @Override
        public String toString() {
            return Format.lower(name());
        }
    }

    private final Arg<By> by =
            option("--by", "WHAT", By.ACCOUNT, By.class, "One of ${COMPLETION-CANDIDATES}. Default: account.");
    private final Arg<String> budget =
            option("--budget", "ID", "Of this budget instead: also when it will be reached.");

    ForecastCommand() {
        super("forecast", "What will have been spent by the month's end, and when a budget will be reached.");
        footer(
                "",
                "Each day to come is taken to cost the median of the last eight days of its weekday; LOW and HIGH are",
                "their quartiles. Days are those of UTC.");
    }

    @Override
    int run(AdminApi api, Surroundings surroundings, Output out) {
        if (budget.given().isPresent()) {
            return budget(api.get(Resource.of("/budgets/{}/forecast", budget.value())), out);
        }
        Json.Obj answer =
                api.get(Resource.of("/forecast").query("by", by.value().toString()));
        if (json()) {
            out.jsonRows(answer);
            return 0;
        }
        Table table = new Table(
                Table.left(by.value().name()),
                Table.left("UNTIL"),
                Table.right("SPENT"),
                Table.right("LOW"),
                Table.right("EXPECTED"),
                Table.right("HIGH"),
                Table.right("DAYS KNOWN"));
        for (Json.Obj row : answer.rows("data")) {
            table.row(
                    Format.orNone(row.text("name")),
                    row.text("until"),
                    Format.cost(row.text("spent_usd")),
                    Format.cost(row.text("low_usd")),
                    Format.cost(row.text("expected_usd")),
                    Format.cost(row.text("high_usd")),
                    Format.count(row.number("days_known")));
        }
        out.table(table, "Nothing was used in the last eight weeks.");
        return 0;
    }

    private int budget(Json.Obj forecast, Output out) {
        if (json()) {
            out.json(forecast);
            return 0;
        }
        out.line("Budget " + forecast.text("id") + ": " + forecast.text("label") + ".");
        out.line("Spent " + Format.price(forecast.text("spent_usd")) + "; by the end of " + forecast.text("until")
                + " likely " + Format.price(forecast.text("expected_usd")) + ", between "
                + Format.price(forecast.text("low_usd")) + " and " + Format.price(forecast.text("high_usd")) + ".");
        String earliest = forecast.has("reached_at_the_earliest")
                ? " (on " + forecast.text("reached_at_the_earliest") + " if the days to come are busy ones)"
                : "";
        out.line(
                forecast.has("reached_on")
                        ? "It will be reached on " + forecast.text("reached_on") + earliest + "."
                        : "It will likely not be reached" + earliest + ".");
        out.line("Days that this rests on: " + Format.count(forecast.number("days_known")) + ".");
        return 0;
    }
}

package dev.tollgate.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.TypeConversionException;

/** {@code discount set|list|remove}. */
final class DiscountCommands {
    private DiscountCommands() {}

    static CommandSpec group() {
        return Command.group(
                "discount",
                "What providers take off their list prices, by account.",
                new Change(),
                new ListAll(),
                new RemoveCommand("/discounts/{}", "Discount", "ID", "Remove a discount, at once."));
    }

    private static final class Change extends ServerCommand {
        private final Arg<String> provider = required("--provider", "NAME", "Whose prices.");
        private final Arg<String> percent = required(
                "--percent", "PERCENT", String.class, DiscountCommands::percent, "What is taken off, like 15 or 12.5.");
        private final Arg<String> account = option("--account", "NAME", "Who pays. Default: the one there is.");
        private final Arg<String> model =
                option("--model", "PATTERN", "Which models, like claude-*. Default: all. The longest pattern counts.");
        private final Arg<String> from =
                option("--from", "DATE", String.class, PriceCommands::date, "The first day (UTC). Default: today.");
        private final Arg<String> until =
                option("--until", "DATE", String.class, PriceCommands::date, "The last day. Default: no end.");

        Change() {
            super("set", "Take a percentage off a provider's prices, from a day to a day.");
        }

        @Override
        int run(AdminApi api, Surroundings surroundings, Output out) {
            Json.Obj body = Json.object().put("provider", provider.value()).put("percent", percent.value());
            account.given().ifPresent(name -> body.put("account", name));
            model.given().ifPresent(pattern -> body.put("model", pattern));
            from.given().ifPresent(day -> body.put("from", day));
            until.given().ifPresent(day -> body.put("until", day));
            Json.Obj discount = api.post(Resource.of("/discounts"), body);
            if (json()) {
                out.json(discount);
                return 0;
            }
            Table table = table();
            add(table, discount);
            out.table(table, "");
            return 0;
        }
    }

    private static final class ListAll extends ServerCommand {
        ListAll() {
            super("list", "List all discounts, past and future ones too.");
        }

        @Override
        int run(AdminApi api, Surroundings surroundings, Output out) {
            Json.Obj answer = api.get(Resource.of("/discounts"));
            if (json()) {
                out.jsonRows(answer);
                return 0;
            }
            Table table = table();
            answer.rows("data").forEach(discount -> add(table, discount));
            out.table(table, "There is no discount. Set one: tollgate discount set --provider NAME --percent 15");
            return 0;
        }
    }

    private static Table table() {
        return new Table(
                Table.left("ID"),
                Table.left("ACCOUNT"),
                Table.left("PROVIDER"),
                Table.left("MODELS"),
                Table.right("PERCENT"),
                Table.left("FROM"),
                Table.left("UNTIL"),
                Table.left("STATE"));
    }

    private static void add(Table table, Json.Obj discount) {
        table.row(
                discount.text("id"),
                discount.text("account"),
                discount.text("provider"),
                discount.text("model"),
                discount.text("percent"),
                discount.text("from"),
                discount.has("until") ? discount.text("until") : Format.NONE,
                discount.text("state"));
    }

    private static String percent(String text) {
        if (!text.matches("[0-9]{1,3}(\\.[0-9]{1,4})?")) {
            throw new TypeConversionException("not a percentage like 15 or 12.5");
        }
        return text;
    }
}

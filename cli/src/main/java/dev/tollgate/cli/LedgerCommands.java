package dev.tollgate.cli;

import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/** {@code ledger verify|balances|unreconciled|resolve}. */
final class LedgerCommands {
    private LedgerCommands() {}

    static CommandSpec group() {
        return Command.group(
                "ledger",
                "The double-entry books: who paid whom, and what is not known yet.",
                new Verify(),
                new Balances(),
                new Unreconciled(),
                new Resolve());
    }

    private static final class Verify extends ServerCommand {
        Verify() {
            super("verify", "Add up every call and transfer again. Exit code 1 where an account or a call is off.");
        }

        @Override
        int run(AdminApi api, Surroundings surroundings, Output out) {
            Json.Obj verdict = api.get(Resource.of("/ledger/verify"));
            boolean ok = verdict.flag("ok");
            if (json()) {
                out.json(verdict);
            } else if (ok) {
                out.line("The books balance: " + Format.count(verdict.number("calls")) + " calls and "
                        + Format.count(verdict.number("transfers")) + " transfers on "
                        + Format.count(verdict.number("accounts")) + " accounts, "
                        + Format.amount(verdict.text("debits_usd")) + " on either side.");
            } else {
                out.line("The books do NOT balance:");
                verdict.rows("broken")
                        .forEach(fault -> out.line("  " + fault.text("subject") + ": " + fault.text("problem")));
                if (!verdict.flag("complete")) {
                    out.line("  … and more of the same kinds.");
                }
            }
            return ok ? 0 : Failure.REFUSED;
        }
    }

    private static final class Balances extends ServerCommand {
        Balances() {
            super("balances", "Show every account: who pays, providers, apps, features.");
        }

        @Override
        int run(AdminApi api, Surroundings surroundings, Output out) {
            Json.Obj answer = api.get(Resource.of("/ledger/accounts"));
            if (json()) {
                out.jsonRows(answer);
                return 0;
            }
            Table table = new Table(
                    Table.left("ACCOUNT"), Table.right("DEBITS"), Table.right("CREDITS"), Table.right("BALANCE"));
            for (Json.Obj account : answer.rows("data")) {
                table.row(
                        account.text("name"),
                        Format.amount(account.text("debits_usd")),
                        Format.amount(account.text("credits_usd")),
                        Format.amount(account.text("balance_usd")));
            }
            out.table(table, "There is no account yet.");
            return 0;
        }
    }

    private static final class Unreconciled extends ServerCommand {
        Unreconciled() {
            super(
                    "unreconciled",
                    "List calls that are billed at their reservation, because nobody knows what they used.");
        }

        @Override
        int run(AdminApi api, Surroundings surroundings, Output out) {
            List<Json.Obj> calls = api.pages(Resource.of("/ledger/unreconciled"), "request_id");
            if (json()) {
                out.json(new Json.Arr(List.copyOf(calls)));
                return 0;
            }
            Table table = new Table(
                    Table.left("REQUEST"),
                    Table.left("TIME"),
                    Table.left("KEY"),
                    Table.left("MODEL"),
                    Table.right("BILLED"),
                    Table.elastic("REASON"));
            for (Json.Obj call : calls) {
                table.row(
                        call.text("request_id"),
                        out.minute(call.text("at")),
                        call.text("key"),
                        call.has("provider") ? call.text("provider") + "/" + call.text("model") : Format.NONE,
                        call.flag("priced") ? Format.amount(call.text("billed_usd")) : "no price",
                        call.text("reason"));
            }
            out.table(table, "Every call is reconciled.");
            return 0;
        }
    }

    private static final class Resolve extends ServerCommand {
        private final Arg<String> requestId = positional("REQUEST_ID", "Of an unreconciled call.");
        private final Arg<String> cost = required(
                "--cost", "USD", String.class, PriceCommands::usd, "What it cost, in US dollars; 0 if nothing.");
        private final Arg<String> note = option("--note", "TEXT", "How that is known, for those who ask later.");

        Resolve() {
            super("resolve", "Say what an unreconciled call cost; the difference is given back or charged. Final.");
        }

        @Override
        int run(AdminApi api, Surroundings surroundings, Output out) {
            Json.Obj body = Json.object().put("cost_usd", cost.value());
            note.given().ifPresent(text -> body.put("note", text));
            Json.Obj resolution = api.post(Resource.of("/ledger/unreconciled/{}/resolve", requestId.value()), body);
            if (json()) {
                out.json(resolution);
            } else {
                out.line("Call " + resolution.text("request_id") + " cost "
                        + Format.amount(resolution.text("cost_usd")) + ", not "
                        + Format.amount(resolution.text("billed_usd")) + ": "
                        + Format.amount(resolution.text("difference_usd")) + ".");
            }
            return 0;
        }
    }
}

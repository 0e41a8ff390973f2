package dev.tollgate.cli;

import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;

/** {@code alert add|list|remove|test}, {@code alert secret rotate}, {@code alert dead list|retry|drop}. */
final class AlertCommands {
    /** In the place of an address: it comes from standard input, or from a prompt that hides it. */
    private static final String UNSEEN = "-";

    private AlertCommands() {}

    static CommandSpec group() {
        CommandSpec group = Command.group(
                "alert",
                "Where notices are sent to: webhooks, Slack, mail.",
                new Add(),
                new ListAll(),
                new RemoveCommand("/alerts/{}", "Destination", "Send nothing there any more; what waits is dropped."),
                new Trial());
        group.addSubcommand("secret", Command.group("secret", "What webhooks are signed with.", new RotateSecret()));
        group.addSubcommand(
                "dead",
                Command.group(
                        "dead",
                        "Messages that were given up.",
                        new ListDead(),
                        new OfDead("retry", "Send it anew, under the same id.", "will be sent anew"),
                        new OfDead("drop", "Delete it.", "was deleted")));
        return group;
    }

    private static final class Add extends ServerCommand {
        private final Arg<String> name = positional("NAME", "What to call it.");
        private final Arg<String> webhook =
                option("--webhook", "URL", "Signed, by the Standard Webhooks specification. - reads it unseen.");
        private final Arg<String> slack =
                option("--slack", "URL", "An incoming webhook of Slack. - reads it unseen: it is a secret.");
        private final Arg<String> mail = option("--mail", "ADDRESS,…", "Mail, by the server of serve --smtp.");
        private final Arg<Boolean> near =
                flag("Allow an address on this machine or in a private network, over http too.", "--private");
        private final Arg<String> types = option("--for", "TYPE,…", "Types of notices, like budget.*. Default: all.");
        private final Arg<String> budgets =
                option("--budget", "ID,…", "Of notices about budgets only those about these.");
        private final Arg<String> digest =
                option("--digest", "TIME", "Gather notices: 5m to 7d, or daily@08:00. Urgent ones do not wait.");
        private final Arg<String> quiet =
                option("--quiet", "HOURS", "When only what is urgent is sent, like 22:00-07:00.");
        private final Arg<String> zone =
                option("--zone", "ZONE", "Whose times of day are meant, like Europe/Berlin. Default: UTC.");

        Add() {
            super("add", "Send notices to a webhook, to Slack or by mail.");
        }

        @Override
        int run(AdminApi api, Surroundings surroundings, Output out) throws IOException {
            if (Stream.of(webhook, slack, mail)
                            .filter(one -> one.given().isPresent())
                            .count()
                    != 1) {
                throw Failure.usage("A destination has one address.", "Give one of --webhook, --slack and --mail.");
            }
            Json.Obj body = Json.object().put("name", name.value());
            if (webhook.given().isPresent()) {
                body.put("webhook", address(webhook.value(), surroundings));
            }
            if (slack.given().isPresent()) {
                body.put("slack", address(slack.value(), surroundings));
            }
            list(body, "mail", mail);
            if (near.value()) {
                body.put("private", true);
            }
            list(body, "types", types);
            list(body, "budgets", budgets);
            digest.given().ifPresent(value -> body.put("digest", value));
            quiet.given().ifPresent(value -> body.put("quiet", value));
            zone.given().ifPresent(value -> body.put("time_zone", value));
            Json.Obj added = api.post(Resource.of("/alerts"), body);
            if (json()) {
                out.json(added);
                return 0;
            }
            out.line("Notices go to " + added.text("name") + " (" + added.text("address") + ") from now on.");
            tellSecret(added, out);
            out.line("Try it: ./tollgate alert test " + added.text("name"));
            return 0;
        }

        private static String address(String given, Surroundings surroundings) throws IOException {
            return given.equals(UNSEEN) ? SecretInput.read("Address", surroundings) : given;
        }

        private static void list(Json.Obj body, String field, Arg<String> argument) {
            argument.given().ifPresent(words -> body.put(field, Format.words(words)));
        }
    }

    private static void tellSecret(Json.Obj added, Output out) {
        if (added.has("signing_secret")) {
            out.line("Its signing secret, shown this once: " + added.text("signing_secret"));
        }
    }

    private static final class ListAll extends ServerCommand {
        ListAll() {
            super("list", "List where notices are sent to.");
        }

        @Override
        int run(AdminApi api, Surroundings surroundings, Output out) {
            Json.Obj answer = api.get(Resource.of("/alerts"));
            if (json()) {
                out.jsonRows(answer);
                return 0;
            }
            Table table = new Table(
                    Table.left("NAME"),
                    Table.left("KIND"),
                    Table.elastic("ADDRESS"),
                    Table.left("FOR"),
                    Table.left("DIGEST"),
                    Table.left("QUIET"),
                    Table.left("STATE"));
            for (Json.Obj alert : answer.rows("data")) {
                table.row(
                        alert.text("name"),
                        alert.text("kind"),
                        alert.text("address"),
                        String.join(",", alert.texts("types")),
                        Format.orNone(alert.text("digest")),
                        Format.orNone(alert.text("quiet")),
                        alert.has("disabled_at") ? "out of use: " + alert.text("disabled_why") : "in use");
            }
            out.table(table, "Notices are sent nowhere. Add a place: tollgate alert add NAME --webhook URL");
            return 0;
        }
    }

    private static final class Trial extends ServerCommand {
        private final Arg<String> name = positional("NAME", "Its name.");

        Trial() {
            super("test", "Send a test there now. Exit code 1 where it was not taken.");
        }

        @Override
        int run(AdminApi api, Surroundings surroundings, Output out) {
            Json.Obj outcome = api.post(Resource.of("/alerts/{}/test", name.value()));
            if (json()) {
                out.json(outcome);
            } else {
                out.line(outcome.text("message"));
            }
            return outcome.flag("ok") ? 0 : Failure.REFUSED;
        }
    }

    private static final class RotateSecret extends ServerCommand {
        private final Arg<String> name = positional("NAME", "The webhook's name.");

        RotateSecret() {
            super("rotate", "Give a webhook a new signing secret; the old one is signed with, too, for a day.");
        }

        @Override
        int run(AdminApi api, Surroundings surroundings, Output out) {
            Json.Obj rotated = api.post(Resource.of("/alerts/{}/rotate-secret", name.value()));
            if (json()) {
                out.json(rotated);
            } else {
                tellSecret(rotated, out);
            }
            return 0;
        }
    }

    private static final class ListDead extends ServerCommand {
        ListDead() {
            super("list", "List the messages that were given up, newest first.");
        }

        @Override
        int run(AdminApi api, Surroundings surroundings, Output out) {
            Json.Obj answer = api.get(Resource.of("/dead-letters"));
            if (json()) {
                out.jsonRows(answer);
                return 0;
            }
            Table table = new Table(
                    Table.left("ID"),
                    Table.left("DESTINATION"),
                    Table.left("GIVEN UP"),
                    Table.right("TRIES"),
                    Table.left("BECAUSE"),
                    Table.elastic("NOTICE"));
            for (Json.Obj letter : answer.rows("data")) {
                List<Json.Obj> notices = letter.rows("notices");
                String more = notices.size() > 1 ? " (and " + (notices.size() - 1) + " more)" : "";
                table.row(
                        letter.text("id"),
                        letter.text("destination"),
                        out.minute(letter.text("ended_at")),
                        letter.text("attempts"),
                        letter.text("last_error"),
                        notices.isEmpty() ? "" : notices.getFirst().text("message") + more);
            }
            out.table(table, "No message was given up.");
            return 0;
        }
    }

    /** Something that is done to one of them. */
    private static final class OfDead extends ServerCommand {
        private final Arg<String> id = positional("ID", "Its id, as the list has it.");
        private final String done;

        OfDead(String name, String description, String done) {
            super(name, description);
            this.done = done;
        }

        @Override
        int run(AdminApi api, Surroundings surroundings, Output out) {
            boolean retry = spec().name().equals("retry");
            if (retry) {
                api.post(Resource.of("/dead-letters/{}/retry", id.value()));
            } else {
                api.delete(Resource.of("/dead-letters/{}", id.value()));
            }
            if (json()) {
                out.json(Json.object().put("id", id.value()).put(retry ? "retried" : "dropped", true));
            } else {
                out.line("Message " + id.value() + " " + done + ".");
            }
            return 0;
        }
    }
}

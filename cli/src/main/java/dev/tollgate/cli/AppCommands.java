package dev.tollgate.cli;

import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;

/** {@code app add|list|revoke|allow|remove}. */
final class AppCommands {
    private AppCommands() {}

    static CommandSpec group() {
        return Command.group(
                "app",
                "OAuth clients that you vouch for: services, and apps that people know.",
                new Add(),
                new ListAll(),
                new OfApp(
                        "revoke",
                        "End whatever an app was allowed, and what it does in its own name until allowed.",
                        "/apps/{}/revoke",
                        "was revoked"),
                new OfApp(
                        "allow", "Let an app act in its own name again.", "/apps/{}/allow", "may act in its own name"),
                new RemoveCommand("/apps/{}", "App", "ID", "Forget an app and end at once whatever it was allowed."));
    }

    private static final class Add extends ServerCommand {
        private final Arg<String> name = positional("NAME", "What people see it called.");
        private final Arg<String> redirects = option("--redirect-uris", "U,…", "Where answers for its people go.");
        private final Arg<String> grants = option("--grant-types", "G,…", "By their OAuth names.");
        private final Arg<Boolean> open =
                flag("It cannot keep a secret: a browser's, or one that people install.", "--public");
        private final Arg<String> scopes = option("--scopes", "S,…", "What it may ask for at most.");
        private final Arg<String> account = option("--account", "A", "Who pays for what it does in its own name.");

        Add() {
            super("add", "Make a client. Its secret is shown this once.");
        }

        @Override
        int run(AdminApi api, Surroundings surroundings, Output out) {
            Json.Obj body = Json.object().put("name", name.value());
            redirects.given().ifPresent(value -> body.put("redirect_uris", Format.words(value)));
            grants.given().ifPresent(value -> body.put("grant_types", Format.words(value)));
            scopes.given().ifPresent(value -> body.put("scopes", Format.words(value)));
            account.given().ifPresent(value -> body.put("account", value));
            if (open.value()) {
                body.put("public", true);
            }
            Json.Obj made = api.post(Resource.of("/apps"), body);
            if (json()) {
                out.json(made);
                return 0;
            }
            out.line("App " + made.text("name") + " was made. Its client_id:");
            out.blank();
            out.line("  " + made.text("id"));
            out.blank();
            if (made.has("secret")) {
                out.line("Its client_secret, shown this once:");
                out.blank();
                out.line("  " + made.text("secret"));
                out.blank();
            }
            out.line("Grant types: " + joined(made, "grant_types") + ".");
            return 0;
        }
    }

    private static final class ListAll extends ServerCommand {
        private final Arg<Boolean> all = flag("Then the others, too, that people have allowed something.", "--all");

        ListAll() {
            super("list", "List the apps that you vouch for; never their secrets.");
        }

        @Override
        int run(AdminApi api, Surroundings surroundings, Output out) {
            Json.Obj answer = api.get(Resource.of("/apps"));
            Json.Obj others = all.value() ? api.get(Resource.of("/unvouched-apps")) : Json.object();
            if (json()) {
                out.jsonRows(Stream.concat(answer.rows("data").stream(), others.rows("data").stream())
                        .toList());
                return 0;
            }
            Table table = new Table(
                    Table.left("ID"),
                    Table.left("NAME"),
                    Table.left("ACCOUNT"),
                    Table.left("CREATED"),
                    Table.left("STATE"),
                    Table.left("GRANT TYPES"),
                    Table.elastic("SCOPES"));
            for (Json.Obj app : answer.rows("data")) {
                table.row(
                        app.text("id"),
                        app.text("name"),
                        app.text("account"),
                        out.minute(app.text("created_at")),
                        app.flag("revoked") ? "revoked" : "in force",
                        joined(app, "grant_types"),
                        joined(app, "scopes"));
            }
            out.table(table, "There is no such app. Make one: tollgate app add NAME");
            if (all.value()) {
                out.blank();
                unvouched(others, out);
            }
            return 0;
        }

        private static void unvouched(Json.Obj answer, Output out) {
            Table table = new Table(
                    Table.elastic("ID"),
                    Table.left("NAME"),
                    Table.left("ORIGIN"),
                    Table.right("PEOPLE"),
                    Table.right("GRANTS"),
                    Table.left("LAST ALLOWED"));
            for (Json.Obj app : answer.rows("data")) {
                table.row(
                        app.text("id"),
                        app.text("name"),
                        app.text("origin"),
                        Format.count(app.number("people")),
                        Format.count(app.number("grants")),
                        out.minute(app.text("allowed_at")));
            }
            out.table(table, "Nobody has allowed any other app anything.");
        }
    }

    /** A command that changes what an app may do in its own name. */
    private static final class OfApp extends ServerCommand {
        private final Arg<String> id = positional("ID", "Its client_id.");
        private final String path;
        private final String outcome;

        OfApp(String verb, String description, String path, String outcome) {
            super(verb, description);
            this.path = path;
            this.outcome = outcome;
        }

        @Override
        int run(AdminApi api, Surroundings surroundings, Output out) {
            Json.Obj app = api.post(Resource.of(path, id.value()));
            if (json()) {
                out.json(app);
            } else {
                out.line("App " + app.text("name") + " (" + app.text("id") + ") " + outcome + ".");
            }
            return 0;
        }
    }

    private static String joined(Json.Obj app, String list) {
        List<String> texts = app.texts(list);
        return String.join(", ", texts);
    }
}

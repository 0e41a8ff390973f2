package dev.tollgate.cli;

import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;

/** {@code app add|set|show|list|revoke|allow|remove}. */
final class AppCommands {
    private AppCommands() {}

    static CommandSpec group() {
        return Command.group(
                "app",
                "OAuth clients that you vouch for: services, and apps that people know.",
                new Add(),
                new Change(),
                new Show(),
                new ListAll(),
                new Revoke(),
                new Allow(),
                new RemoveCommand("/apps/{}", "App", "ID", "Forget an app and end at once whatever it was allowed."));
    }

    private static final class Add extends ServerCommand {
        private final Arg<String> name = positional("NAME", "What people see it called.");
        private final AppTraits traits = new AppTraits(this);
        private final Arg<Boolean> open =
                flag("It cannot keep a secret: a browser's, or one that people install.", "--public");

        Add() {
            super("add", "Make a client. Its secret is shown this once.");
        }

        @Override
        int run(AdminApi api, Surroundings surroundings, Output out) {
            Json.Obj body = Json.object().put("name", name.value());
            traits.put(body);
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
            tellSecret(made, out);
            out.line("Grant types: " + joined(made, "grant_types") + ".");
            return 0;
        }
    }

    private static final class Change extends ServerCommand {
        private final Arg<String> id = positional("ID", "Its client_id.");
        private final Arg<String> name = option("--name", "N", "What people see it called.");
        private final AppTraits traits = new AppTraits(this);

        Change() {
            super("set", "Change what an app is. What is not given stays.");
        }

        @Override
        int run(AdminApi api, Surroundings surroundings, Output out) {
            if (name.given().isEmpty() && !traits.given()) {
                throw Failure.usage("There is nothing to change.", "tollgate app set --help lists what can be.");
            }
            Json.Obj body = Json.object();
            name.given().ifPresent(value -> body.put("name", value));
            traits.put(body);
            Json.Obj changed = api.patch(Resource.of("/apps/{}", id.value()), body);
            if (json()) {
                out.json(changed);
                return 0;
            }
            tellSecret(changed, out);
            tell(changed, out);
            return 0;
        }
    }

    private static final class Show extends ServerCommand {
        private final Arg<String> id = positional("ID", "Its client_id.");

        Show() {
            super("show", "Show one app that you vouch for.");
        }

        @Override
        int run(AdminApi api, Surroundings surroundings, Output out) {
            Json.Obj app = api.get(Resource.of("/apps/{}", id.value()));
            if (json()) {
                out.json(app);
            } else {
                tell(app, out);
            }
            return 0;
        }
    }

    private static final class ListAll extends ServerCommand {
        private final Arg<Boolean> all = flag("Then the others, too, that people have allowed something.", "--all");
        private final Arg<Boolean> blocked = flag("Those that were removed and would come back.", "--blocked");

        ListAll() {
            super("list", "List the apps that you vouch for; never their secrets.");
        }

        @Override
        int run(AdminApi api, Surroundings surroundings, Output out) {
            if (all.value() && blocked.value()) {
                throw Failure.usage(
                        "An app that was removed is none that people have allowed something.",
                        "Give one of --all and --blocked.");
            }
            Json.Obj answer = api.get(Resource.of(blocked.value() ? "/blocked-apps" : "/apps"));
            Json.Obj others = all.value() ? api.get(Resource.of("/unvouched-apps")) : Json.object();
            if (json()) {
                out.jsonRows(Stream.concat(answer.rows("data").stream(), others.rows("data").stream())
                        .toList());
            } else if (blocked.value()) {
                tellBlocked(answer, out);
            } else {
                tellAll(answer, out);
                if (all.value()) {
                    out.blank();
                    tellUnvouched(others, out);
                }
            }
            return 0;
        }

        private static void tellBlocked(Json.Obj answer, Output out) {
            Table table = new Table(Table.elastic("ID"), Table.left("BLOCKED"));
            for (Json.Obj app : answer.rows("data")) {
                table.row(app.text("id"), out.minute(app.text("blocked_at")));
            }
            out.table(table, "No app is blocked.");
        }

        private static void tellAll(Json.Obj answer, Output out) {
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
                        state(app),
                        joined(app, "grant_types"),
                        joined(app, "scopes"));
            }
            out.table(table, "There is no such app. Make one: tollgate app add NAME");
        }

        private static void tellUnvouched(Json.Obj answer, Output out) {
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

    private static final class Revoke extends ServerCommand {
        private final Arg<String> id = positional("ID", "Its client_id.");

        Revoke() {
            super("revoke", "End whatever an app was allowed, and what it does in its own name until allowed.");
        }

        @Override
        int run(AdminApi api, Surroundings surroundings, Output out) {
            Json.Obj app = api.post(Resource.of("/apps/{}/revoke", id.value()));
            if (json()) {
                out.json(app);
            } else {
                out.line("App " + app.text("name") + " (" + app.text("id") + ") was revoked.");
            }
            return 0;
        }
    }

    private static final class Allow extends ServerCommand {
        private final Arg<String> id = positional("ID", "Its client_id.");

        Allow() {
            super("allow", "Let an app act in its own name again, or come back that was removed and blocked.");
        }

        @Override
        int run(AdminApi api, Surroundings surroundings, Output out) {
            if (id.value().startsWith("https:")) {
                return unblock(api, out);
            }
            Json.Obj app = api.post(Resource.of("/apps/{}/allow", id.value()));
            if (json()) {
                out.json(app);
            } else {
                out.line("App " + app.text("name") + " (" + app.text("id") + ") may act in its own name.");
            }
            return 0;
        }

        private int unblock(AdminApi api, Output out) {
            api.delete(Resource.of("/blocked-apps/{}", id.value()));
            if (json()) {
                out.json(Json.object().put("id", id.value()).put("blocked", false));
            } else {
                out.line("People may allow " + id.value() + " something again.");
            }
            return 0;
        }
    }

    private static void tellSecret(Json.Obj app, Output out) {
        if (app.has("secret")) {
            out.line("Its client_secret, shown this once:");
            out.blank();
            out.line("  " + app.text("secret"));
            out.blank();
        }
    }

    private static void tell(Json.Obj app, Output out) {
        out.line("App " + app.text("name") + " (" + app.text("id") + "), made " + out.minute(app.text("created_at"))
                + ", " + state(app) + ".");
        out.line("Redirect URIs: " + joined(app, "redirect_uris"));
        out.line("After signing out: " + joined(app, "post_logout_redirect_uris"));
        out.line("Grant types: " + joined(app, "grant_types"));
        out.line("Proves itself by: " + app.text("token_endpoint_auth_method"));
        if (app.has("jwks")) {
            List<String> keys = app.child("jwks").rows("keys").stream()
                    .map(key -> key.has("kid") ? key.text("kid") : key.text("kty") + " without a kid")
                    .toList();
            out.line("Keys: " + String.join(", ", keys));
        }
        out.line("Tokens bound to a key: " + (app.flag("dpop_bound_access_tokens") ? "always" : "where it asks"));
        out.line("Scopes at most: " + joined(app, "scopes"));
        out.line("Account: " + app.text("account"));
    }

    private static String state(Json.Obj app) {
        return app.flag("revoked") ? "revoked" : "in force";
    }

    private static String joined(Json.Obj app, String list) {
        return Format.orNone(String.join(", ", app.texts(list)));
    }
}

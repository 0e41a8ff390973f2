package dev.tollgate.cli;

import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/** {@code key create|list|revoke}. */
final class KeyCommands {
    private KeyCommands() {}

    static CommandSpec group() {
        return Command.group(
                "key",
                "Virtual keys: what callers use instead of a provider's secret.",
                new Create(),
                new ListAll(),
                new Revoke());
    }

    private static final class Create extends ServerCommand {
        private final Arg<String> name = required("--name", "N", "What to call it.");
        private final KeyLimits limits = new KeyLimits(this);
        private final Arg<Boolean> strict =
                flag("Refuse a call rather than lose anything of meaning where its dialect is converted.", "--strict");
        private final Arg<Json.Obj> cache = CacheOption.of(this);

        Create() {
            super("create", "Create a key. Its text is shown this once.");
        }

        @Override
        int run(AdminApi api, Surroundings surroundings, Output out) {
            Json.Obj more = Json.object();
            if (strict.value()) {
                more.put("strict", true);
            }
            cache.given().ifPresent(kept -> more.put("cache", kept));
            Json.Obj key = limits.create(api, name.value(), more);
            if (json()) {
                out.json(key);
                return 0;
            }
            out.line("Key " + key.text("name") + " (" + key.text("id") + ") was created. It is shown this once:");
            out.blank();
            out.line("  " + key.text("key"));
            out.blank();
            out.line("Models: " + models(key) + ". Expires: " + expiry(key, out) + "."
                    + (key.flag("strict") ? " Strict: what conversion would lose is refused." : "")
                    + CacheOption.sentence(key));
            return 0;
        }
    }

    private static final class ListAll extends ServerCommand {
        ListAll() {
            super("list", "List all keys; never their text.");
        }

        @Override
        int run(AdminApi api, Surroundings surroundings, Output out) {
            List<Json.Obj> keys = api.pages(Resource.of("/keys"), "id");
            if (json()) {
                out.jsonRows(keys);
                return 0;
            }
            Table table = new Table(
                    Table.left("ID"),
                    Table.left("NAME"),
                    Table.left("STATE"),
                    Table.left("CREATED"),
                    Table.left("EXPIRES"),
                    Table.left("LAST USED"),
                    Table.left("STRICT"),
                    Table.left("CACHE"),
                    Table.elastic("MODELS"));
            for (Json.Obj key : keys) {
                table.row(
                        key.text("id"),
                        key.text("name"),
                        state(key, surroundings),
                        out.minute(key.text("created_at")),
                        expiry(key, out),
                        out.minute(key.text("last_used_at")),
                        key.flag("strict") ? "yes" : "no",
                        CacheOption.cell(key),
                        models(key));
            }
            out.table(table, "There is no key. Create one: tollgate key create --name N");
            return 0;
        }

        private static String state(Json.Obj key, Surroundings surroundings) {
            if (key.has("revoked_at")) {
                return "revoked";
            }
            return Format.passed(key.text("expires_at"), surroundings.clock().instant()) ? "expired" : "in force";
        }
    }

    private static final class Revoke extends ServerCommand {
        private final Arg<String> idOrName = positional("ID|NAME", "The key's id or name.");

        Revoke() {
            super("revoke", "Revoke a key, at once and for good.");
        }

        @Override
        int run(AdminApi api, Surroundings surroundings, Output out) {
            Json.Obj key = api.delete(Resource.of("/keys/{}", idOrName.value()));
            if (json()) {
                out.json(key);
            } else {
                out.line("Key " + key.text("name") + " (" + key.text("id") + ") was revoked.");
            }
            return 0;
        }
    }

    private static String models(Json.Obj key) {
        List<String> globs = key.texts("models");
        return globs.isEmpty() ? "all" : String.join(", ", globs);
    }

    private static String expiry(Json.Obj key, Output out) {
        return key.has("expires_at") ? out.minute(key.text("expires_at")) : "never";
    }
}

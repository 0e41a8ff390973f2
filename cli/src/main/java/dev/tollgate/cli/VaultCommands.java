package dev.tollgate.cli;

import picocli.CommandLine.Model.CommandSpec;

/** {@code vault status|rotate}. */
final class VaultCommands {
    private VaultCommands() {}

    static CommandSpec group() {
        return Command.group("vault", "Where the credentials' secrets lie encrypted.", new Status(), new Rotate());
    }

    private static final class Status extends ServerCommand {
        Status() {
            super("status", "How the master key is held, and what lies under it.");
        }

        @Override
        int run(AdminApi api, Surroundings surroundings, Output out) {
            Json.Obj vault = api.get(Resource.of("/vault"));
            if (json()) {
                out.json(vault);
            } else {
                describe(vault, out);
            }
            return 0;
        }
    }

    private static final class Rotate extends ServerCommand {
        Rotate() {
            super("rotate", "Make a new master key and wrap every credential's key with it, while calls go on.");
        }

        @Override
        int run(AdminApi api, Surroundings surroundings, Output out) {
            Json.Obj vault = api.post(Resource.of("/vault/rotate"));
            if (json()) {
                out.json(vault);
                return 0;
            }
            out.line("The master key was rotated.");
            describe(vault, out);
            return 0;
        }
    }

    private static void describe(Json.Obj vault, Output out) {
        out.line("The vault is " + (vault.flag("sealed") ? "SEALED" : "open") + "; master key from "
                + vault.text("source")
                + ", term " + vault.text("term") + ", rotated "
                + (vault.has("rotated_at") ? out.minute(vault.text("rotated_at")) : "never") + ".");
        long pending = vault.number("pending");
        out.line("Credentials: " + Format.count(vault.number("credentials"))
                + (pending > 0 ? "; " + Format.count(pending) + " still under an earlier term" : "") + ".");
    }
}

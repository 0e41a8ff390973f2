package dev.tollgate.cli;

/** {@code status}. */
final class StatusCommand extends ServerCommand {
    StatusCommand() {
        super("status", "The state of the server. Exit code 1 where it is not ready.");
    }

    @Override
    int run(AdminApi api, Surroundings surroundings, Output out) {
        Json.Obj status = api.get(Resource.of("/status"));
        boolean ready = status.flag("ready");
        if (json()) {
            out.json(status);
            return ready ? 0 : Failure.REFUSED;
        }
        out.line("Tollgate " + status.text("version") + " at " + api.server() + " is "
                + (ready ? "ready." : "NOT ready:"));
        status.texts("problems").forEach(problem -> out.line("  " + problem));
        out.line("Clients reach it at " + status.text("public_url") + "; database " + status.text("database")
                + "; started " + out.minute(status.text("started_at")) + ".");
        return ready ? 0 : Failure.REFUSED;
    }
}

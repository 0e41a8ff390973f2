package dev.tollgate.cli;

import java.io.IOException;

/** A command that asks the admin API and prints what it says: for a person, or with {@code --json} as it came. */
abstract class ServerCommand extends Command {
    private final Arg<Boolean> json = flag("Print JSON.", "--json");

    ServerCommand(String name, String description) {
        super(name, description);
    }

    @Override
    final int run(Surroundings surroundings, Output out) throws IOException {
        return run(AdminApi.of(surroundings), surroundings, out);
    }

    abstract int run(AdminApi api, Surroundings surroundings, Output out) throws IOException;

    final boolean json() {
        return json.value();
    }
}

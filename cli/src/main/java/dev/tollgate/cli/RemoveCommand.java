package dev.tollgate.cli;

/** A command that removes a named thing. */
final class RemoveCommand extends ServerCommand {
    private final Arg<String> name = positional("NAME", "Its name.");
    private final String path;
    private final String kind;

    /**
     * Makes it.
     *
     * @param path of the thing below {@code /admin/v1}
     * @param kind of thing, as a sentence begins with it
     */
    RemoveCommand(String path, String kind, String description) {
        super("remove", description);
        this.path = path;
        this.kind = kind;
    }

    @Override
    int run(AdminApi api, Surroundings surroundings, Output out) {
        api.delete(Resource.of(path, name.value()));
        if (json()) {
            out.json(Json.object().put("name", name.value()).put("removed", true));
        } else {
            out.line(kind + " " + name.value() + " was removed.");
        }
        return 0;
    }
}

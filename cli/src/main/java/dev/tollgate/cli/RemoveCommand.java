package dev.tollgate.cli;

/** A command that removes a thing. */
class RemoveCommand extends ServerCommand {
    private final Arg<String> name;
    private final String label;
    private final String path;
    private final String kind;

    /**
     * Makes it.
     *
     * @param path of the thing below {@code /admin/v1}
     * @param kind of thing, as a sentence begins with it
     */
    RemoveCommand(String path, String kind, String description) {
        this(path, kind, "NAME", description);
    }

    /** @param label what the thing is told by: {@code NAME} or {@code ID} */
    RemoveCommand(String path, String kind, String label, String description) {
        super("remove", description);
        this.name = positional(label, "Its " + Format.lower(label) + ".");
        this.label = label;
        this.path = path;
        this.kind = kind;
    }

    /** What is asked to go. */
    Resource thing(String name) {
        return Resource.of(path, name);
    }

    @Override
    final int run(AdminApi api, Surroundings surroundings, Output out) {
        api.delete(thing(name.value()));
        if (json()) {
            out.json(Json.object().put(Format.lower(label), name.value()).put("removed", true));
        } else {
            out.line(kind + " " + name.value() + " was removed.");
        }
        return 0;
    }
}

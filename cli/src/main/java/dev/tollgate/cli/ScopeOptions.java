package dev.tollgate.cli;

/** Which calls a budget or a rate covers: the seven options that {@code budget set} and {@code rate set} take. */
final class ScopeOptions {
    private final Arg<String> key;
    private final Arg<String> account;
    private final Arg<String> member;
    private final Arg<String> app;
    private final Arg<String> feature;
    private final Arg<String> model;
    private final Arg<String> provider;

    ScopeOptions(Command command) {
        key = command.option("--key", "ID|NAME", "Calls with this virtual key.");
        account = command.option("--account", "A", "Calls that this account pays.");
        member = command.option("--member", "EMAIL", "Calls in this person's name.");
        app = command.option("--app", "X", "Calls of this app: as a client calls itself, or by its id if it signs in.");
        feature = command.option("--feature", "F", "Calls with this label.");
        model = command.option("--model", "MODEL", "Calls that this model answers: its id, or provider/model.");
        provider = command.option("--provider", "P", "Calls that this provider answers.");
    }

    /**
     * A request for something with the scope that was given.
     *
     * @param what is to have it, for people
     */
    Json.Obj body(String what) {
        Json.Obj body = Json.object();
        put(body, "key", key);
        put(body, "account", account);
        put(body, "member", member);
        put(body, "app", app);
        put(body, "feature", feature);
        put(body, "model", model);
        put(body, "provider", provider);
        if (body.fields().isEmpty()) {
            throw Failure.usage(
                    "A " + what + " needs a scope.",
                    "Give at least one of --key, --account, --member, --app, --feature, --model and --provider.");
        }
        return body;
    }

    private static void put(Json.Obj body, String field, Arg<String> argument) {
        argument.given().ifPresent(value -> body.put(field, value));
    }
}

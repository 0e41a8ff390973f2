package dev.tollgate.cli;

/** {@code explain}. */
final class ExplainCommand extends ServerCommand {
    private final Arg<String> requestId = positional("REQUEST_ID", "The answer's x-tollgate-request-id.");

    ExplainCommand() {
        super("explain", "Tell the story of one call: its route, attempts, changes, timings, usage and cost.");
    }

    @Override
    int run(AdminApi api, Surroundings surroundings, Output out) {
        Json.Obj call = api.get(Resource.of("/calls/{}", requestId.value()));
        if (json()) {
            out.json(call);
        } else {
            new CallStory(call, surroundings.zone().get()).lines().forEach(out::line);
        }
        return 0;
    }
}

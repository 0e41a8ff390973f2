package dev.tollgate.dialects.responses;

import dev.tollgate.dialects.codec.Destination;
import dev.tollgate.dialects.codec.Losses;
import dev.tollgate.dialects.codec.Reading;
import dev.tollgate.dialects.codec.ToolNames;
import dev.tollgate.dialects.conversation.Path;
import dev.tollgate.dialects.json.JsonBytes;

/** A request that is being written: where to, and what becomes of what cannot be said. */
record Writing(JsonBytes out, Destination destination, ToolNames names, Losses losses, Reading problems) {
    boolean takes(Destination.Takes what) {
        return destination.takes(what);
    }

    void lost(Path at, String why) {
        losses.request(at, why);
    }

    void refuse(Path at, String why) {
        problems.notExpressible(at, why);
    }
}

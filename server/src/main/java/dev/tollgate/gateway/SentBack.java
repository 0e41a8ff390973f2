package dev.tollgate.gateway;

import dev.tollgate.dialects.Splice;
import dev.tollgate.dialects.codec.Destination;
import dev.tollgate.dialects.codec.ForeignSignatures;
import dev.tollgate.gateway.Stages.Permitted;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Other providers' signatures that a caller sends back. The body is searched for them once in a call, at the first candidate that
 * gets its bytes, however many are tried. One event loop only.
 */
final class SentBack {
    private final Permitted permitted;
    private boolean searched;
    private @Nullable ForeignSignatures found;

    SentBack(Permitted permitted) {
        this.permitted = permitted;
    }

    /** The edits that take them out for that endpoint; mostly none. */
    List<Splice> splices(Destination to) {
        if (!searched) {
            byte[] body = permitted.body();
            found = ForeignSignatures.in(permitted.inbound().operation(), body, 0, body.length)
                    .orElse(null);
            searched = true;
        }
        return found == null ? List.of() : found.splices(to);
    }
}

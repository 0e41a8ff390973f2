package dev.tollgate.dialects.codec;

import dev.tollgate.dialects.conversation.Extra;
import dev.tollgate.dialects.conversation.Path;
import dev.tollgate.dialects.json.Json;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Collects, while one document is read or written, its first problem and its extras. Readers go on after a problem with the field
 * taken as absent, so they read straight through; {@link #outcome} then tells.
 */
public final class Reading {
    private final List<Extra> extras = new ArrayList<>();
    private @Nullable String malformed;
    private @Nullable Path notExpressible;
    private String why = "";

    /**
     * A field is not what the protocol says.
     *
     * @param message what is expected there, without the value
     */
    public void malformed(Path at, String message) {
        if (malformed == null) {
            malformed = at + ": " + message;
        }
    }

    public void notExpressible(Path at, String why) {
        if (notExpressible == null) {
            notExpressible = at;
            this.why = why;
        }
    }

    public void extra(Path at, Json value, Extra.Weight weight, String why) {
        extras.add(new Extra(at, value, weight, why));
    }

    public List<Extra> extras() {
        return extras;
    }

    /** The value, unless there was a problem. A malformed field goes before one that is not expressible. */
    public <T> Outcome<T> outcome(T value) {
        if (malformed != null) {
            return new Outcome.Malformed<>(malformed);
        }
        return notExpressible != null ? new Outcome.NotExpressible<>(notExpressible, why) : new Outcome.Done<>(value);
    }
}

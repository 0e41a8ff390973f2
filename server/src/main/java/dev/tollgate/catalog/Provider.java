package dev.tollgate.catalog;

import dev.tollgate.dialects.Dialect;
import dev.tollgate.dialects.Operation;
import java.net.URI;
import java.util.Set;

/**
 * A vendor of models, or a server that speaks a vendor's dialect.
 *
 * @param name lower case, unique; the part before the slash in {@code provider/model}
 * @param baseUrl scheme, host, port and perhaps a path prefix, without a trailing slash or version: a call's own path
 *     ({@code /v1/messages}, {@code /v1beta/models/…}) is appended to it
 * @param platform the cloud that hosts its models, if one does
 * @param builtin true for those that exist from the start and cannot be removed
 */
public record Provider(
        String name, Set<Dialect> dialects, Platform platform, URI baseUrl, AuthStyle auth, boolean builtin) {
    /** The simulated provider: speaks all dialects, runs inside this process, needs no credential. */
    public static final String SIMULATED = "sim";

    public Provider {
        dialects = Set.copyOf(dialects);
    }

    /** One without a platform. */
    public Provider(String name, Set<Dialect> dialects, URI baseUrl, AuthStyle auth, boolean builtin) {
        this(name, dialects, Platform.DIRECT, baseUrl, auth, builtin);
    }

    public boolean speaks(Dialect dialect) {
        return dialects.contains(dialect);
    }

    /** Whether it has that endpoint: it speaks its dialect, and its platform offers it. */
    public boolean serves(Operation operation) {
        return speaks(operation.dialect()) && platform.serves(operation);
    }
}

package dev.tollgate.identity;

import java.util.Set;

/** What a caller may do here. A virtual key has every right; an access token those of its scopes. */
public enum Right {
    /** To call models, and whatever belongs to that. */
    MODELS("models:use"),
    /** To see what its person has spent, or itself where it stands for nobody. */
    USAGE("usage:read");

    /** Every right. */
    public static final Set<Right> ALL = Set.of(values());

    private final String scope;

    Right(String scope) {
        this.scope = scope;
    }

    /** The scope that gives the right, as an access token names it. */
    public String scope() {
        return scope;
    }
}

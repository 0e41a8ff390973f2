package dev.tollgate.kernel.store;

/**
 * The store did not take a write, or did not answer. Nothing of the unit has been kept, unless the connection broke at the very
 * commit: then nobody can know, and a unit that is tried again has to look first.
 */
public final class StoreUnavailable extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final boolean rejected;

    private StoreUnavailable(String message, Throwable cause, boolean rejected) {
        super(message, cause);
        this.rejected = rejected;
    }

    /** The store itself takes no writes at present, or answers nothing. */
    static StoreUnavailable away(String message, Throwable cause) {
        return new StoreUnavailable(message, cause, false);
    }

    /** The unit is at fault: it threw, or broke a rule of the schema. */
    static StoreUnavailable rejected(Throwable cause) {
        return new StoreUnavailable("The store did not take a write.", cause, true);
    }

    /** True if the unit itself is at fault, so that trying again cannot help. */
    public boolean isRejected() {
        return rejected;
    }
}

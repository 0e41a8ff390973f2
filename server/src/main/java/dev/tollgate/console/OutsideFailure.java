package dev.tollgate.console;

import java.io.Serial;

/** A sign-in at an OpenID provider proves nobody. */
final class OutsideFailure extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    /** Whose turn it is to do something about it. */
    enum Kind {
        /** The person turned back. */
        DECLINED,
        /** The provider is away or answers badly: the same again may work. */
        AWAY,
        /** What came is not what was asked for: stale, forged, or from somebody else. */
        NOT_PROVEN,
        /** A sign-in of just now was asked for, and the provider says that this one is older. */
        NOT_FRESH,
        /** The person is one whom the administrator does not let in: of another domain or tenant. */
        NOT_ADMITTED
    }

    private final Kind kind;

    /** @param reason a clause for the log, without anything secret */
    OutsideFailure(Kind kind, String reason) {
        super(reason, null, false, false);
        this.kind = kind;
    }

    Kind kind() {
        return kind;
    }
}

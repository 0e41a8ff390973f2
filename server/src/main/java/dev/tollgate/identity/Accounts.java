package dev.tollgate.identity;

import dev.tollgate.kernel.Refusal;
import org.jspecify.annotations.Nullable;

/** Who pays: there is one account as yet, and whatever names another would be covered by no budget, rate or discount. */
public final class Accounts {
    /** The account that all keys and people belong to. */
    public static final String DEFAULT = "default";

    private Accounts() {}

    /**
     * Lets through the account that there is.
     *
     * @param account null: none was named
     * @throws Refusal if there is no such account
     */
    public static void require(@Nullable String account) {
        if (account != null && !account.equals(DEFAULT)) {
            throw Refusal.notFound("There is no such account.", "The account is " + DEFAULT + ".");
        }
    }
}

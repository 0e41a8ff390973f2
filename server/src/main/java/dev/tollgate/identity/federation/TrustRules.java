package dev.tollgate.identity.federation;

import dev.tollgate.kernel.Refusal;
import java.util.List;

/** The rules, for administrators. All blocking. */
public interface TrustRules {
    /** All of them, by name. */
    List<TrustRule> list();

    /**
     * Adds one, after its issuer has been asked for its keys.
     *
     * @param actor who adds it, for the audit trail
     * @throws Refusal if anything of it is not good, its name is taken, or its issuer cannot be asked
     */
    TrustRule add(NewTrustRule wanted, String actor);

    /**
     * Removes one. Access tokens that came of it end with it, on every node within a second.
     *
     * @throws Refusal if there is none of that name
     */
    void remove(String name, String actor);

    /**
     * Shows what each rule says of a token, without giving anything for it or using it up.
     *
     * @param token in the clear; neither kept nor logged
     * @throws Refusal if the text is no token at all
     */
    List<Trial> test(String token);
}

package dev.tollgate.routing;

import dev.tollgate.vault.CredentialInfo;
import java.util.List;

/**
 * How long a prompt and its answer may be together by the plans of a provider's credentials, in tokens; 0: as long as the model takes.
 *
 * @param narrowest of those that are limited; 0 if none is
 * @param widest 0 if one is not limited
 * @param widestName the credential with the widest, for people; empty if one is not limited
 */
public record ContextPlans(long narrowest, long widest, String widestName) {
    /** No credential is limited. */
    public static final ContextPlans UNLIMITED = new ContextPlans(0, 0, "");

    static ContextPlans of(List<CredentialInfo> usable) {
        long narrowest = 0;
        long widest = 0;
        String widestName = "";
        boolean unlimited = usable.isEmpty();
        for (CredentialInfo credential : usable) {
            long tokens = credential.maxContextTokens();
            if (tokens == 0) {
                unlimited = true;
                continue;
            }
            narrowest = narrowest == 0 ? tokens : Math.min(narrowest, tokens);
            if (tokens > widest) {
                widest = tokens;
                widestName = credential.name();
            }
        }
        return unlimited ? new ContextPlans(narrowest, 0, "") : new ContextPlans(narrowest, widest, widestName);
    }

    /** What a model with that window takes of it by the widest plan; 0 where nobody knows. */
    public long within(long windowTokens) {
        return lesser(widest, windowTokens);
    }

    /** The least of it that any credential's plan takes; 0 where nobody knows. */
    public long narrowestWithin(long windowTokens) {
        return lesser(narrowest, windowTokens);
    }

    private static long lesser(long tokens, long others) {
        return tokens == 0 || others == 0 ? Math.max(tokens, others) : Math.min(tokens, others);
    }
}

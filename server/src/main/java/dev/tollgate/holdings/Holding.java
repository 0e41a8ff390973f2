package dev.tollgate.holdings;

import dev.tollgate.ledger.Payer;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One batch or file at a provider.
 *
 * @param requestId of the call that made it; sorts by time
 * @param id the provider's; empty until it has named it
 * @param dialect wire name
 * @param credentialId the one that made it, and that every later call on it uses; empty where the provider asks for none
 * @param app what the client that made it calls itself
 * @param createdAtMillis in epoch milliseconds
 * @param models what a batch asks, by the provider's names; empty for a file
 * @param priced whether the bound is one: false where no price is known
 * @param boundNanoUsd the most that it may come to, in nano-US-dollars
 * @param seen what the provider last said of it, JSON; empty until then
 */
public record Holding(
        String requestId,
        Kind kind,
        String id,
        String dialect,
        String provider,
        String credentialId,
        String credentialName,
        Payer payer,
        @Nullable String app,
        long createdAtMillis,
        State state,
        List<String> models,
        boolean priced,
        long boundNanoUsd,
        String seen) {
    /** What it is. */
    public enum Kind {
        BATCH,
        FILE;

        private final String wireName = name().toLowerCase(Locale.ROOT);

        public String wireName() {
            return wireName;
        }

        static Kind of(String wireName) {
            return wireName.equals("batch") ? BATCH : FILE;
        }
    }

    /** What it owes. */
    public enum State {
        /** On its way to the provider, which may have it already. */
        SENDING,
        /** The provider has it; what it will use is not known yet. */
        OPEN,
        /** All that it used is in the ledger. */
        SETTLED;

        private final String wireName = name().toLowerCase(Locale.ROOT);

        public String wireName() {
            return wireName;
        }

        static State of(String wireName) {
            return switch (wireName) {
                case "sending" -> SENDING;
                case "open" -> OPEN;
                default -> SETTLED;
            };
        }
    }

    public Holding {
        models = List.copyOf(models);
    }
}

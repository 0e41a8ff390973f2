package dev.tollgate.identity.people;

import dev.tollgate.identity.OwnerToken;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who may administer this gate: whoever holds the owner's token, and by an access token the person who has allowed it to
 * administer, for as long as their role permits it.
 */
public final class Administrators {
    /** Access tokens, as far as they are for administering. */
    @FunctionalInterface
    public interface Tokens {
        /** None are issued. */
        Tokens NONE = (token, nowMillis) -> null;

        /**
         * The id of the person who has allowed this bearer token to administer. It waits for nothing.
         *
         * @param nowMillis in epoch milliseconds
         * @return null if nobody has, or the token is not in force
         */
        @Nullable
        String person(String token, long nowMillis);
    }

    /** How every JWT begins: whatever else is presented is nothing but the owner's token, or nothing. */
    private static final String JWT = "eyJ";

    private final OwnerToken ownerToken;
    private final Tokens tokens;
    private final People people;
    private final InstantSource clock;

    public Administrators(OwnerToken ownerToken, Tokens tokens, People people, InstantSource clock) {
        this.ownerToken = ownerToken;
        this.tokens = tokens;
        this.people = people;
        this.clock = clock;
    }

    /**
     * Whether it is worth looking at a request with this token at all: it is one for administering. Waits for nothing.
     *
     * @param bearer as presented, without its scheme
     */
    public boolean admits(String bearer) {
        return ownerToken.matches(bearer) || person(bearer) != null;
    }

    /**
     * Who administers with this token; empty if nobody, such as a person who no longer is an administrator. Blocking.
     *
     * @param bearer as presented, without its scheme
     */
    public Optional<Actor> find(String bearer) {
        if (ownerToken.matches(bearer)) {
            return Optional.of(Actor.OWNER_TOKEN);
        }
        String person = person(bearer);
        return person == null
                ? Optional.empty()
                : people.byId(person)
                        .filter(each -> each.active() && each.role().administers())
                        .map(Actor::of);
    }

    private @Nullable String person(String bearer) {
        return bearer.startsWith(JWT) ? tokens.person(bearer, clock.millis()) : null;
    }
}

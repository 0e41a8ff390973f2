package dev.tollgate.oauth;

import java.util.Optional;

/** People as other issuers know them. */
@FunctionalInterface
public interface Outsiders {
    /** The person who has linked this identity, if there is one who may sign in. Blocking. */
    Optional<Persons.Profile> person(String issuer, String subject);
}

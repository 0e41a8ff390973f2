package dev.tollgate.console;

/**
 * Whom an OpenID provider has signed in, by a verified ID token.
 *
 * @param issuer of one tenant, where the provider has many
 * @param email empty: the token has none
 * @param emailVerified whether the provider says that the email is this person's
 * @param name empty: the token has none
 */
record OutsidePerson(String issuer, String subject, String email, boolean emailVerified, String name) {}

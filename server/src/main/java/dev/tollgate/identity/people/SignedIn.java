package dev.tollgate.identity.people;

/** Whom a session's cookie stands for, now. */
public record SignedIn(Session session, Person person) {}

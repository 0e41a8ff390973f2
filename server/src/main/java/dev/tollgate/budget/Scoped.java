package dev.tollgate.budget;

/** What holds for the calls of a scope. Neither part ever changes. */
interface Scoped {
    String id();

    Scope scope();
}

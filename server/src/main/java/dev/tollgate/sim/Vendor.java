package dev.tollgate.sim;

/**
 * Whose manners an answer has. Kept apart from the gate's own {@code Dialect} on purpose: the simulator must not learn
 * from the code that it checks.
 */
enum Vendor {
    ANTHROPIC,
    OPENAI,
    GEMINI
}

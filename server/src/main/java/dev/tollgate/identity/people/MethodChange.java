package dev.tollgate.identity.people;

/**
 * What came of a change to the ways in which a person signs in.
 *
 * @param <T> what a change that was made gives back
 */
public sealed interface MethodChange<T> {
    /** It is made. */
    record Done<T>(T value) implements MethodChange<T> {}

    /** The person must sign in once more before (see {@link Session#recent}). */
    record NeedsRecentSignIn<T>() implements MethodChange<T> {}

    /** It would leave no way to sign in. */
    record LastMethod<T>() implements MethodChange<T> {}

    /**
     * What was sent cannot be taken.
     *
     * @param message a sentence for the person
     * @param cure what to do; another sentence
     */
    record Invalid<T>(String message, String cure) implements MethodChange<T> {}

    /** Too many wrong codes, or no room for passwords: again in a minute. */
    record Busy<T>() implements MethodChange<T> {}
}

package dev.tollgate.kernel;

/** Encrypts what a room must keep and may not show, under a key of that room's own; the vault makes them. */
public interface TextSealer {
    /**
     * Encrypts a text.
     *
     * @param place where it will be kept, such as a row's id: elsewhere it does not open
     */
    String seal(String place, String clear);

    /**
     * Undoes {@link #seal}.
     *
     * @throws Refusal if it was edited, belongs to another place, or was sealed by another vault
     */
    String open(String place, String sealed);
}

package dev.tollgate.kernel;

/** Encrypts what a room must keep in its {@link SealedColumn} and may not show; the vault makes them. */
public interface TextSealer {
    /**
     * Encrypts a text, within the transaction that keeps it: a rotation of the vault waits for those that have begun.
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

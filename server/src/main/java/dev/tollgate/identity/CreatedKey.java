package dev.tollgate.identity;

/**
 * A new virtual key, with its text: the only time that the text exists here.
 *
 * @param key {@code tg_<id>_<secret>}; shown once, never logged
 */
public record CreatedKey(KeyInfo info, String key) {
    @Override
    public String toString() {
        return "CreatedKey[" + info.id() + ", text hidden]";
    }
}

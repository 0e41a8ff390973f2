package dev.tollgate.sim;

/**
 * What the prompt cache did for a call, in tokens.
 *
 * @param read found from an earlier call
 * @param write5m kept for five minutes, or for as long as a vendor without lifetimes keeps it
 * @param write1h kept for one hour
 */
record CacheUse(long read, long write5m, long write1h) {

    static final CacheUse NONE = new CacheUse(0, 0, 0);

    long total() {
        return read + write5m + write1h;
    }
}

package dev.tollgate.sim;

/**
 * A credential that came with a request.
 *
 * @param kind where it was: {@code bearer}, {@code x-api-key}, {@code x-goog-api-key}, {@code query-key}
 */
record Credential(String kind, String secret) {

    /** Below this length four characters would tell too much of the whole. */
    private static final int SHORTEST_SHOWN = 12;

    /** Any credential is good, except one that says of itself that it was revoked. */
    boolean revoked() {
        return secret.contains("revoked");
    }

    /** Its kind and at most its last four characters, safe in a header and in a log. */
    String hint() {
        if (secret.length() < SHORTEST_SHOWN) {
            return kind;
        }
        String tail = secret.substring(secret.length() - 4);
        return kind + " ..." + (tail.chars().allMatch(c -> c > ' ' && c < 0x7f) ? tail : "");
    }

    @Override
    public String toString() {
        return hint();
    }
}

package dev.tollgate.oauth;

import dev.tollgate.upstream.Fetched;
import dev.tollgate.upstream.JudgedFetch;
import java.net.URI;

/** Fetches what a stranger has named. Whoever implements it judges each address before it connects, and follows no redirect. */
@FunctionalInterface
public interface DocumentFetch {
    /** Places of keys that administrators have named: far more than there are, with a look under way at each. */
    int OF_VOUCHED = 200;

    /**
     * As many as are ever under way together: one that finds no room would count as a place that does not answer. Strangers'
     * documents and keys have limits of their own each, and each of these is filled anew within a minute.
     */
    int MOST_AT_ONCE = 2 * 2 * (FetchLimits.OF_NEWCOMERS + FetchLimits.OF_KNOWN) + OF_VOUCHED;

    /** By GET, without credentials. Blocking, for some seconds at most. */
    Fetched get(URI https, int mostBytes);

    /**
     * On the internet alone: not from this machine, nor from a private network.
     *
     * @param fetch with room for {@link #MOST_AT_ONCE}, used for nothing else
     */
    static DocumentFetch judged(JudgedFetch fetch) {
        return (https, mostBytes) -> fetch.get(https, false, mostBytes);
    }
}

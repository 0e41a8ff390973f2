package dev.tollgate.cache;

/** The 256 bits under which an answer is kept; see {@link CacheKeys}. */
public record CacheKey(long first, long second, long third, long fourth) {}

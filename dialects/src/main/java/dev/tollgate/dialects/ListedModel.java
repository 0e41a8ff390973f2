package dev.tollgate.dialects;

import java.time.Instant;

/**
 * A model as lists show it.
 *
 * @param id what a caller puts into a request
 * @param contextTokens the longest input; 0 where it is not known
 * @param maxOutputTokens the longest output; 0 where it is not known
 */
public record ListedModel(
        String id, String displayName, Instant createdAt, String ownedBy, long contextTokens, long maxOutputTokens) {}

package dev.tollgate.catalog;

import org.jspecify.annotations.Nullable;

/**
 * An alias that was set.
 *
 * @param shadows the model ({@code provider/model}) to which its name would lead without it, {@code null} if none: to be
 *     told to whoever set it
 */
public record AliasChange(Alias alias, @Nullable String shadows) {}

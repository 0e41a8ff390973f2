package dev.tollgate.budget;

/**
 * Where a call may go.
 *
 * @param provider by its name in the catalog
 * @param model the provider's own id of it
 */
public record Place(String provider, String model) {}

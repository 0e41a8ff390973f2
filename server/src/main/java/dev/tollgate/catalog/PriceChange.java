package dev.tollgate.catalog;

/**
 * A price that was set.
 *
 * @param model as it now is; its id may differ from the one that was named, where that was a further id of it
 * @param price the one that was set, which may begin on another day than today
 */
public record PriceChange(Model model, Price price) {}

package dev.tollgate.web.page;

/**
 * A way on.
 *
 * @param href a local path
 */
public record Link(String href, String text) {}

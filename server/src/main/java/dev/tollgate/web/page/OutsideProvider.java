package dev.tollgate.web.page;

/** Somebody else's sign-in that can be used here, such as a company's. */
public record OutsideProvider(String id, String name) {}

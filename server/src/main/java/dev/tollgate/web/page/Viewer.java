package dev.tollgate.web.page;

/** Who has signed in and looks at the page. */
public record Viewer(String name, String email) {}

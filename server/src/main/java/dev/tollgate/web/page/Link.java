package dev.tollgate.web.page;

/**
 * A way on.
 *
 * @param href a local path; may hold the secret of a link
 */
public record Link(String href, String text) {
    /** Without where it leads. */
    @Override
    public String toString() {
        return "Link[" + text + "]";
    }
}

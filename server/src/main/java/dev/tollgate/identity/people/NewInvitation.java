package dev.tollgate.identity.people;

/**
 * An invitation that has just been made.
 *
 * @param text {@code tgi_…}, for the link; shown this once
 */
public record NewInvitation(Invitation invitation, String text) {
    @Override
    public String toString() {
        return "NewInvitation[invitation=" + invitation + "]";
    }
}

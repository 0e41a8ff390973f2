package dev.tollgate.identity.people;

/**
 * A session that has just begun.
 *
 * @param cookie its secret text, {@code tgs_…}, for the session's cookie; shown this once
 * @param deviceToken for a long-lived cookie: this device has its own budget of attempts from now on
 */
public record NewSession(Session session, Person person, String cookie, String deviceToken) {
    @Override
    public String toString() {
        return "NewSession[session=" + session + ", person=" + person + "]";
    }
}

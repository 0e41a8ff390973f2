package dev.tollgate.identity.people;

import java.util.List;

/**
 * A password with its authenticator, in force.
 *
 * @param recoveryCodes ten, shown this once; all earlier ones are void
 * @param signedIn in place of all sessions that there were
 */
public record NewPassword(List<String> recoveryCodes, NewSession signedIn) {
    public NewPassword {
        recoveryCodes = List.copyOf(recoveryCodes);
    }

    @Override
    public String toString() {
        return "NewPassword[hidden]";
    }
}

package dev.tollgate.alert;

import java.util.List;

/**
 * A destination as it was asked for.
 *
 * @param address of a webhook or Slack; empty of mail
 * @param mail addresses; empty of the others
 * @param near whether the address may lead to this machine or into a private network
 * @param types patterns; empty: all
 * @param budgets ids; empty: all
 * @param digest {@code 1h} or {@code daily@08:00}; empty: none
 * @param quiet {@code 22:00-07:00}; empty: none
 */
public record NewDestination(
        String name,
        Destination.Kind kind,
        String address,
        List<String> mail,
        boolean near,
        List<String> types,
        List<String> budgets,
        String digest,
        String quiet,
        String timeZone) {
    @Override
    public String toString() {
        return "NewDestination[" + name + "]"; // the address may be a secret
    }
}

package dev.tollgate.oauth;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tollgate.kernel.store.TestDatabase;
import dev.tollgate.oauth.OAuthHouse.Answer;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What anybody may begin is bounded, for all together. */
@ParameterizedClass
@EnumSource(TestDatabase.class)
class RoomTest extends InOAuthHouse {
    private static final String NUMBERS = "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers"
            + " WHERE n < :most) INSERT INTO ";

    private void fill(String insert, long most, long expires) {
        house().one
                .store()
                .write(tx -> tx.handle()
                        .createUpdate(NUMBERS + insert)
                        .bind("most", most)
                        .bind("expires", expires)
                        .execute());
    }

    private long count(String table) {
        return house().one
                .store()
                .read(handle -> handle.createQuery("SELECT COUNT(*) FROM " + table)
                        .mapTo(Long.class)
                        .one());
    }

    private static void assertFull(Answer answer) {
        assertEquals(503, answer.status(), answer.body().toString());
        assertEquals("temporarily_unavailable", answer.error());
        assertEquals("60", answer.headers().get("retry-after"));
    }

    @Test
    void pushedRequests() {
        Client app = house().app();
        Map<String, String> form = Map.of(
                "client_id",
                app.id(),
                "response_type",
                "code",
                "redirect_uri",
                OAuthHouse.REDIRECT,
                "code_challenge",
                OAuthHouse.CHALLENGE,
                "code_challenge_method",
                "S256");
        assertEquals(201, house().post(PushEndpoint.PATH, form).status());
        fill(
                "oauth_pushed (hash, client_id, parameters, jkt, expires_at)"
                        + " SELECT 'h' || n, 'x', '', '', :expires FROM numbers",
                PushedRequests.MOST - 1,
                house().now.get() + 60_000);
        assertFull(house().post(PushEndpoint.PATH, form));
        house().pass(Duration.ofMinutes(2));
        assertEquals(201, house().post(PushEndpoint.PATH, form).status());
        assertEquals(PushedRequests.MOST - 20 + 1, count("oauth_pushed"), "expired ones go as others come");
    }

    @Test
    void signInsOfDevices() {
        assertEquals(200, house().post(DeviceEndpoint.PATH, Map.of()).status());
        fill(
                "oauth_device (hash, user_code_mac, client_id, scopes, resource, address, state, grant_id, auth_time,"
                        + " amr, poll_seconds, polled_at, created_at, expires_at) SELECT 'h' || n, 'm' || n, 'x', '', '',"
                        + " '', 'pending', '', 0, '', 5, 0, 0, :expires FROM numbers",
                DeviceCodes.MOST - 1,
                house().now.get() + 60_000);
        assertFull(house().post(DeviceEndpoint.PATH, Map.of()));
        house().pass(Duration.ofMinutes(2));
        assertEquals(200, house().post(DeviceEndpoint.PATH, Map.of()).status());
        house().pass(Duration.ofHours(2));
        new Sweeper(house().one.store(), () -> Instant.ofEpochMilli(house().now.get())).sweep();
        assertEquals(0, count("oauth_device"), "in as many steps as it takes");
    }
}

package dev.tollgate.oauth;

import static dev.tollgate.oauth.OAuthHouse.deviceForm;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.kernel.store.TestDatabase;
import dev.tollgate.oauth.DeviceCodes.Lookup;
import dev.tollgate.oauth.OAuthHouse.Answer;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The device grant as Claude Code speaks it: it names neither itself nor a scope. */
@ParameterizedClass
@EnumSource(TestDatabase.class)
class DeviceFlowTest extends InOAuthHouse {
    private Answer begin() {
        Answer begun = house().post(DeviceEndpoint.PATH, Map.of("surface", "claude_code"));
        assertEquals(200, begun.status(), begun.body().toString());
        return begun;
    }

    private Answer poll(Answer begun) {
        house().pass(Duration.ofSeconds(5));
        return house().token(deviceForm(begun.text("device_code")));
    }

    private DeviceCodes.Waiting waiting(Answer begun) {
        Lookup found = house().server().devices().look(begun.text("user_code"));
        return assertInstanceOf(Lookup.Found.class, found).waiting();
    }

    private boolean approve(Answer begun) {
        DeviceCodes.Waiting waiting = waiting(begun);
        Client client = house().server().clients().find(waiting.clientId()).orElseThrow();
        AccessGrant grant = house().grant(client, waiting.scopes().toArray(String[]::new));
        return house().server()
                .devices()
                .approve(waiting.id(), grant, house().now.get(), List.of("hwk"), "per_ann");
    }

    private static void assertRefused(String error, Answer answer) {
        assertEquals(400, answer.status(), answer.body().toString());
        assertEquals(error, answer.error());
    }

    @Test
    void claudeCodeSignsInWithoutNamingItself() {
        Answer begun = begin();
        assertTrue(begun.text("user_code").matches("[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}"));
        assertEquals("https://gate.example/device", begun.text("verification_uri"));
        assertEquals(
                "https://gate.example/device?user_code=" + begun.text("user_code"),
                begun.text("verification_uri_complete"));
        assertRefused("authorization_pending", poll(begun));
        assertTrue(approve(begun));
        Answer tokens = poll(begun);
        assertEquals(200, tokens.status(), tokens.body().toString());
        assertEquals("ann@example.com", tokens.text("email"));
        assertTrue(house().opens(tokens.text("access_token")));
        Answer refreshed =
                house().token(Map.of("grant_type", "refresh_token", "refresh_token", tokens.text("refresh_token")));
        assertEquals(200, refreshed.status(), refreshed.body().toString());
    }

    @Test
    void aRefreshThatMustSignClaudeCodeOutIs401() {
        Answer refused = house().token(Map.of("grant_type", "refresh_token", "refresh_token", "tgr_" + "x".repeat(43)));
        assertEquals(401, refused.status());
        assertEquals("invalid_grant", refused.error());
    }

    @Test
    void claudeCodeGivesItsTokenBackWithoutNamingItself() {
        Answer begun = begin();
        approve(begun);
        Answer tokens = poll(begun);
        assertEquals(
                200,
                house().post(RevocationEndpoint.PATH, Map.of("token", tokens.text("refresh_token")))
                        .status());
        assertFalse(house().opens(tokens.text("access_token")));
    }

    @Test
    void theUserCodeIsReadHoweverItIsTyped() {
        String code = begin().text("user_code");
        for (String typed :
                List.of(code.toLowerCase(Locale.ROOT), code.replace("-", ""), " " + code.replace('-', ' '))) {
            assertInstanceOf(Lookup.Found.class, house().server().devices().look(typed), typed);
        }
        assertInstanceOf(Lookup.Unknown.class, house().server().devices().look("BBBB-BBBB"));
        assertInstanceOf(Lookup.Unknown.class, house().server().devices().look(code + "B"));
    }

    @Test
    void whoPollsTooFastIsSlowedDown() {
        Answer begun = begin();
        assertRefused("authorization_pending", poll(begun));
        assertRefused("slow_down", house().token(deviceForm(begun.text("device_code"))));
        assertRefused("slow_down", poll(begun));
        house().pass(Duration.ofSeconds(15));
        assertRefused("authorization_pending", house().token(deviceForm(begun.text("device_code"))));
    }

    @Test
    void aDeviceCodeIsUsedOnceAndAfterThatKnownAsUsedToThePersonAlone() {
        Answer begun = begin();
        assertTrue(approve(begun));
        assertEquals(200, poll(begun).status());
        assertRefused("invalid_grant", poll(begun));
        assertInstanceOf(Lookup.Used.class, house().server().devices().look(begun.text("user_code")));
    }

    @Test
    void whatIsRefusedOrTooLateOpensNothing() {
        Answer refused = begin();
        assertTrue(house().server().devices().deny(waiting(refused).id(), "per_ann"));
        assertRefused("access_denied", poll(refused));
        Answer late = begin();
        DeviceCodes.Waiting waiting = waiting(late);
        house().pass(Duration.ofMinutes(10));
        assertRefused("expired_token", poll(late));
        assertFalse(house().server().devices().deny(waiting.id(), "per_ann"));
        assertInstanceOf(Lookup.Expired.class, house().server().devices().look(late.text("user_code")));
    }

    @Test
    void aDecisionIsTheFirstOneInTimeAndForItsOwnClient() {
        Client code = house().server().clients().find(Clients.CLAUDE_CODE).orElseThrow();
        Client other = house().app();
        Answer begun = begin();
        DeviceCodes.Waiting waiting = waiting(begun);
        assertFalse(approve(waiting, house().grant(other, "models:use")), "another client's grant");
        assertTrue(approve(waiting, house().grant(code, "models:use")));
        assertFalse(house().server().devices().deny(waiting.id(), "per_ann"));
        AccessGrant second = house().grant(code, "models:use", "usage:read");
        assertFalse(approve(waiting, second));
        assertEquals("models:use", poll(begun).text("scope"));
        assertFalse(approve(waiting, second));
        Answer refused = begin();
        DeviceCodes.Waiting decided = waiting(refused);
        assertTrue(house().server().devices().deny(decided.id(), "per_ann"));
        assertFalse(approve(decided, second));
        assertRefused("access_denied", poll(refused));
        DeviceCodes.Waiting late = waiting(begin());
        house().pass(Duration.ofMinutes(10));
        assertFalse(approve(late, second));
    }

    private boolean approve(DeviceCodes.Waiting waiting, AccessGrant grant) {
        return house().server()
                .devices()
                .approve(waiting.id(), grant, house().now.get(), List.of("hwk"), "per_ann");
    }

    @Test
    void anotherClientCannotTakeTheDevicesTokens() {
        Answer begun = begin();
        approve(begun);
        Answer stolen = house().token(Map.of(
                "grant_type", com.nimbusds.oauth2.sdk.GrantType.DEVICE_CODE.getValue(),
                "device_code", begun.text("device_code"),
                "client_id", Clients.CLI));
        assertRefused("invalid_grant", stolen);
        assertEquals(200, poll(begun).status());
    }

    @Test
    void guessesAndStartsFromOneAddressAreBounded() {
        int status = 0;
        for (int i = 0; i < 40 && status != 429; i++) {
            status = house().post(DeviceEndpoint.PATH, Map.of()).status();
        }
        assertEquals(429, status);
    }
}

package dev.tollgate.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.gateway.HeaderPolicy.Treatment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderPolicyTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "anthropic-version", "anthropic-beta", "anthropic-anything-new", "x-stainless-arch", "user-agent",
                        "accept",
                "content-type", "x-claude-code-session-id", "x-codex-turn-metadata", "session-id", "thread-id",
                        "originator",
                "x-goog-api-client", "traceparent", "x-app", "idempotency-key", "openai-beta", "x-never-heard-of"
            })
    void whatClientsAndProvidersSayToEachOtherIsForwarded(String name) {
        assertEquals(Treatment.FORWARDED, HeaderPolicy.request(name));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "authorization",
                "x-api-key",
                "x-goog-api-key",
                "cookie",
                "connection",
                "transfer-encoding",
                "te",
                "host",
                "content-length",
                "x-forwarded-for",
                "forwarded",
                "openai-organization",
                "openai-project",
                "x-goog-user-project",
                "x-tollgate-feature",
                "sec-fetch-mode",
                "origin",
                "accept-encoding",
                "proxy-authorization"
            })
    void keysFramingAndBillingEndHere(String name) {
        assertEquals(Treatment.CONSUMED, HeaderPolicy.request(name));
    }

    @Test
    void whatCannotBeJudgedIsRefused() {
        assertEquals(Treatment.REFUSED, HeaderPolicy.request("content-encoding"));
        assertEquals(Treatment.REFUSED, HeaderPolicy.request("x-http-method-override"));
    }

    @Test
    void providerCanNeitherForgeOurHeadersNorSetStateInABrowser() {
        for (String name : new String[] {
            "x-tollgate-cost-usd", "set-cookie", "access-control-allow-origin", "location", "transfer-encoding"
        }) {
            assertFalse(HeaderPolicy.answerPasses(name), name);
        }
        for (String name :
                new String[] {"request-id", "retry-after", "anthropic-ratelimit-tokens-remaining", "content-type"}) {
            assertTrue(HeaderPolicy.answerPasses(name), name);
        }
    }

    @Test
    void queryKeepsItsBytesButForKeysAndGooglesSystemParameters() {
        assertEquals("?beta=true&x=a%20b", Presented.Query.forwarded("beta=true&key=tg_1&x=a%20b"));
        assertEquals("?alt=sse", Presented.Query.forwarded("alt=sse&%6bey=tg_1&$httpHeaders=x&access_token=t"));
        assertEquals("", Presented.Query.forwarded("key=tg_1"));
        assertEquals("tg_1", Presented.Query.first("alt=sse&key=tg%5F1", "key"));
    }
}

package dev.tollgate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Answers that are given again by a whole gate: to whom, for what, and as they were. */
class AnswerCacheOverHttpTest {
    private static final List<String> ALIASES = List.of("anth", "oai", "gem");

    @TempDir
    static Path home = Path.of("");

    private static RunningGate gate;
    private static TalkingProvider provider;
    private static int words;

    /** What makes each test's prompts its own. */
    private String prompt = "";

    /** An endpoint and its bodies. */
    enum Client {
        MESSAGES("anth"),
        CHAT("oai"),
        RESPONSES("oai"),
        GEMINI("gem");

        final String own;

        Client(String own) {
            this.own = own;
        }

        String path(String model, boolean stream) {
            return switch (this) {
                case MESSAGES -> "/v1/messages";
                case CHAT -> "/v1/chat/completions";
                case RESPONSES -> "/v1/responses";
                case GEMINI ->
                    "/v1beta/models/" + model + (stream ? ":streamGenerateContent?alt=sse" : ":generateContent");
            };
        }

        String body(String model, boolean stream, String prompt) {
            String head = "{\"model\":\"" + model + "\",\"stream\":" + stream + ",";
            String messages = "\"messages\":[{\"role\":\"user\",\"content\":\"" + prompt + "\"}]}";
            return switch (this) {
                case MESSAGES -> head + "\"max_tokens\":64," + messages;
                case CHAT -> head + messages;
                case RESPONSES -> head + "\"input\":\"" + prompt + "\"}";
                case GEMINI -> "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"" + prompt + "\"}]}]}";
            };
        }
    }

    @BeforeAll
    static void start() throws Exception {
        provider = new TalkingProvider();
        gate = new RunningGate(home);
        gate.provider("p-anth", "anthropic", provider.url());
        gate.provider("p-oai", "openai", provider.url());
        gate.provider("p-gem", "gemini", provider.url());
        for (String alias : ALIASES) {
            gate.manage("PUT", "/aliases/" + alias, "{\"candidates\":[\"p-" + alias + "/m\"]}");
        }
    }

    @AfterAll
    static void stop() {
        gate.close();
        provider.close();
    }

    @BeforeEach
    void fresh() {
        provider.end = TalkingProvider.End.NORMAL;
        prompt = "Hello " + ++words;
    }

    /** A key of its own for each test: nothing that another has left is found. */
    private static String key(String cache) throws Exception {
        return gate.manage("POST", "/keys", "{\"name\":\"k" + ++words + "\",\"cache\":" + cache + "}")
                .get("key")
                .stringValue();
    }

    private static String ownKey() throws Exception {
        return key("{\"max_age_seconds\":600}");
    }

    private HttpResponse<String> call(Client client, String model, boolean stream, String key, String... headers)
            throws Exception {
        return gate.post(client.path(model, stream), key, client.body(model, stream, prompt), headers);
    }

    private HttpResponse<String> chat(String key, String... headers) throws Exception {
        return call(Client.CHAT, "oai", false, key, headers);
    }

    private static String header(HttpResponse<String> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }

    private static void assertCache(String expected, HttpResponse<String> answer) {
        assertEquals(expected, header(answer, "x-tollgate-cache"), answer.body());
    }

    private static List<Arguments> everyWay() {
        List<Arguments> ways = new ArrayList<>();
        for (Client client : Client.values()) {
            for (String alias : ALIASES) {
                ways.add(Arguments.of(client, alias, false));
                ways.add(Arguments.of(client, alias, true));
            }
        }
        return ways;
    }

    @ParameterizedTest
    @MethodSource("everyWay")
    void theSameCallAgainGetsTheSameBytesAndNobodyIsAsked(Client client, String alias, boolean stream)
            throws Exception {
        String key = ownKey();
        HttpResponse<String> first = call(client, alias, stream, key);
        assertEquals(200, first.statusCode(), first.body());
        assertCache("miss", first);
        int asked = provider.calls.get();
        HttpResponse<String> again = call(client, alias, stream, key);
        assertEquals(asked, provider.calls.get());
        assertCache("hit", again);
        assertEquals(200, again.statusCode());
        assertEquals(first.body(), again.body());
        assertTrue(again.body().contains("Hi " + asked), again.body());
        for (String name : List.of("content-type", "x-tollgate-provider", "x-tollgate-model", "x-tollgate-dropped")) {
            assertEquals(header(first, name), header(again, name), name);
        }
        assertEquals("0.00", header(again, "x-tollgate-cost-usd"));
        assertTrue(header(again, "age").matches("[0-9]+"));
        assertEquals("", header(again, "anthropic-ratelimit-requests-remaining"));
        assertEquals("", header(first, "age"));
        assertNotEquals(header(first, "x-tollgate-request-id"), header(again, "x-tollgate-request-id"));
    }

    @Test
    void aHitIsFreeAndSaysSo() throws Exception {
        String key = ownKey();
        HttpResponse<String> first = chat(key);
        JsonNode paid = gate.explain(first);
        assertEquals("0.00033", paid.get("cost_usd").stringValue());
        JsonNode hit = gate.explain(chat(key));
        assertEquals("0.00", hit.get("cost_usd").stringValue());
        assertEquals("0.00", hit.get("reserved_usd").stringValue());
        assertTrue(hit.get("priced").booleanValue());
        assertEquals("settled", hit.get("outcome").stringValue());
        assertEquals(200, hit.get("status").intValue());
        assertEquals("cache", hit.get("usage").get("quality").stringValue());
        assertEquals(0, hit.get("usage").get("input_tokens").intValue());
        assertTrue(hit.get("provider").isNull());
        assertEquals(0, hit.get("attempts").size());
        assertEquals("oai", hit.get("alias").stringValue());
        assertEquals("[\"p-oai/m\"]", hit.get("route").toString());
        JsonNode change = hit.get("changes").get(0);
        assertEquals("answer", change.get("field").stringValue());
        assertTrue(
                change.get("change")
                        .stringValue()
                        .startsWith("kept from " + header(first, "x-tollgate-request-id") + ", by p-oai/m, "),
                change.toString());
        assertTrue(gate.manage("GET", "/ledger/verify", "").get("ok").booleanValue());
    }

    @Test
    void withoutTheOptInNothingIsKeptNorSaid() throws Exception {
        String key = gate.createKey("plain" + ++words);
        int before = provider.calls.get();
        for (HttpResponse<String> answer : List.of(chat(key), chat(key, "cache-control", "only-if-cached"))) {
            assertEquals(200, answer.statusCode());
            assertCache("", answer);
        }
        assertEquals(before + 2, provider.calls.get());
    }

    @Test
    void aKeysAnswersAreItsOwnUnlessTheAccountSharesThem() throws Exception {
        String one = ownKey();
        chat(one);
        assertCache("miss", chat(ownKey()));
        assertCache("hit", chat(one));
        String shared = "{\"max_age_seconds\":600,\"scope\":\"account\"}";
        String first = key(shared);
        assertCache("miss", chat(first));
        assertCache("hit", chat(key(shared)));
        assertCache("hit", chat(first));
        assertCache("hit", chat(one));
    }

    @Test
    void anAliasMayOptInForAllWhoCallIt() throws Exception {
        gate.manage(
                "PUT",
                "/aliases/kept",
                "{\"candidates\":[\"p-oai/m\"],\"cache\":{\"max_age_seconds\":60,\"scope\":\"account\"}}");
        String plain = gate.createKey("plain" + ++words);
        assertCache("miss", call(Client.CHAT, "kept", false, plain));
        assertCache("hit", call(Client.CHAT, "kept", false, gate.createKey("plain" + ++words)));
        // The narrower of the two holds: this key shares with nobody.
        assertCache("miss", call(Client.CHAT, "kept", false, ownKey()));
        assertCache("", call(Client.CHAT, "p-oai/m", false, plain));
        gate.manage("PUT", "/aliases/kept", "{\"candidates\":[\"p-oai/m\"]}");
        assertCache("", call(Client.CHAT, "kept", false, plain));
    }

    @Test
    void anAliasThatLeadsElsewhereHasOtherAnswers() throws Exception {
        String key = ownKey();
        gate.manage("PUT", "/aliases/moving", "{\"candidates\":[\"p-oai/m\"]}");
        assertCache("miss", call(Client.CHAT, "moving", false, key));
        assertCache("hit", call(Client.CHAT, "moving", false, key));
        gate.manage("PUT", "/aliases/moving", "{\"candidates\":[\"p-oai/m2\"],\"unpriced\":true}");
        assertCache("miss", call(Client.CHAT, "moving", false, key));
        gate.manage("PUT", "/aliases/moving", "{\"candidates\":[\"p-oai/m\"],\"strict\":true}");
        assertCache("miss", call(Client.CHAT, "moving", false, key));
        gate.manage("PUT", "/aliases/moving", "{\"candidates\":[\"p-oai/m\"]}");
        assertCache("hit", call(Client.CHAT, "moving", false, key));
        assertCache("miss", call(Client.CHAT, "p-oai/m", false, key));
    }

    @Test
    void aProviderThatHasMovedHasOtherAnswers() throws Exception {
        String key = ownKey();
        gate.provider("mover", "openai", provider.url());
        assertCache("miss", call(Client.CHAT, "mover/m", false, key));
        assertCache("hit", call(Client.CHAT, "mover/m", false, key));
        gate.manage("PATCH", "/providers/mover", "{\"base_url\":\"" + provider.url() + "/elsewhere\"}");
        assertCache("miss", call(Client.CHAT, "mover/m", false, key));
    }

    @Test
    void whoMayNotAskMayNotHaveAKeptAnswerEither() throws Exception {
        String key = ownKey();
        chat(key);
        String id = gate.explain(chat(key)).get("key").get("id").stringValue();
        gate.manage("DELETE", "/keys/" + id, "");
        assertEquals(401, chat(key).statusCode());
        String shared = "{\"max_age_seconds\":600,\"scope\":\"account\"}";
        assertCache("miss", chat(key(shared)));
        String narrow = gate.manage(
                        "POST",
                        "/keys",
                        "{\"name\":\"narrow" + ++words + "\",\"models\":[\"anth\"],\"cache\":" + shared + "}")
                .get("key")
                .stringValue();
        HttpResponse<String> refused = chat(narrow);
        assertEquals(403, refused.statusCode(), refused.body());
        assertCache("", refused);
    }

    @Test
    void theCallersWordOnCachingIsObeyed() throws Exception {
        String key = ownKey();
        HttpResponse<String> none = chat(key, "cache-control", "only-if-cached");
        assertEquals(504, none.statusCode());
        assertTrue(none.body().contains("only-if-cached"), none.body());
        assertCache("bypass", chat(key, "cache-control", "no-store"));
        HttpResponse<String> first = chat(key);
        assertCache("miss", first);
        assertCache("hit", chat(key, "cache-control", "only-if-cached, max-age=600"));
        HttpResponse<String> newer = chat(key, "cache-control", "no-cache");
        assertCache("miss", newer);
        assertNotEquals(first.body(), newer.body());
        assertEquals(newer.body(), chat(key).body());
        assertCache("bypass", chat(key, "cache-control", "no-store"));
        assertEquals(newer.body(), chat(key).body());
    }

    @ParameterizedTest
    @CsvSource({
        "openai-beta, x=1, miss",
        "x-unheard-of, 1, miss",
        "accept-language, de, miss",
        "user-agent, other/2, hit",
        "x-stainless-retry-count, 1, hit",
        "idempotency-key, abc, hit",
        "traceparent, 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01, hit",
        "x-tollgate-feature, search, hit",
        "x-forwarded-for, 10.0.0.9, hit"
    })
    void aHeaderThatMayShapeTheAnswerCounts(String name, String value, String expected) throws Exception {
        String key = ownKey();
        HttpResponse<String> first = chat(key);
        HttpResponse<String> other = chat(key, name, value);
        assertCache(expected, other);
        assertEquals(expected.equals("hit"), first.body().equals(other.body()));
        assertEquals(first.body(), chat(key).body());
    }

    @Test
    void whatSuchAHeaderSaysCountsToo() throws Exception {
        String key = ownKey();
        HttpResponse<String> one = chat(key, "openai-beta", "x=1");
        assertCache("miss", chat(key, "openai-beta", "x=2"));
        assertCache("miss", chat(key, "openai-beta", "x=1", "openai-beta", "x=2"));
        assertEquals(one.body(), chat(key, "OpenAI-Beta", "x=1").body());
    }

    @Test
    void howARequestIsWrittenDoesNotCountAndWhatItSaysDoes() throws Exception {
        String key = ownKey();
        String path = "/v1/chat/completions";
        String body =
                "{\"model\":\"oai\",\"user\":\"u\",\"messages\":[{\"role\":\"user\",\"content\":\"" + prompt + "\"}]}";
        assertCache("miss", gate.post(path, key, body));
        assertCache(
                "hit",
                gate.post(
                        path,
                        key,
                        "{ \"messages\" :[{\"content\":\"\\u0048" + prompt.substring(1)
                                + "\",\"role\":\"user\"}],\n\"user\":\"u\",\"model\":\"oai\"}"));
        assertCache("miss", gate.post(path, key, body.replace("\"u\"", "\"v\"")));
        assertCache("miss", gate.post(path, key, body.replace("{\"model\"", "{\"temperature\":1,\"model\"")));
        assertCache("miss", gate.post(path, key, body.replace("{\"model\"", "{\"stream\":true,\"model\"")));
        assertCache("miss", gate.post(path + "?debug=1", key, body));
        assertCache("bypass", gate.post(path, key, body.replace("{\"model\"", "{\"store\":true,\"model\"")));
    }

    @ParameterizedTest
    @EnumSource(value = TalkingProvider.End.class, names = "NORMAL", mode = EnumSource.Mode.EXCLUDE)
    void onlyAWholeAnswerWithAnEndOfItsOwnIsKept(TalkingProvider.End end) throws Exception {
        for (Client client : Client.values()) {
            for (boolean stream : new boolean[] {false, true}) {
                String key = ownKey();
                provider.end = end;
                String what = client + (stream ? " streamed" : "");
                int before = provider.calls.get();
                try {
                    assertCache("miss", call(client, client.own, stream, key));
                } catch (java.io.IOException cut) {
                    assertEquals(TalkingProvider.End.CUT, end, what);
                }
                assertTrue(provider.calls.get() > before, what);
                provider.end = TalkingProvider.End.NORMAL;
                HttpResponse<String> next = call(client, client.own, stream, key);
                assertEquals("miss", header(next, "x-tollgate-cache"), what);
                assertEquals("hit", header(call(client, client.own, stream, key), "x-tollgate-cache"), what);
            }
        }
    }

    @Test
    void anAnswerThatABudgetHasShortenedIsNotKept() throws Exception {
        String key = ownKey();
        String id = gate.explain(chat(key)).get("key").get("id").stringValue();
        prompt = prompt + " again";
        JsonNode budget = gate.manage(
                "POST", "/budgets", "{\"key\":\"" + id + "\",\"limit_usd\":\"0.01\",\"window\":\"lifetime\"}");
        HttpResponse<String> bounded = chat(key);
        assertEquals(200, bounded.statusCode(), bounded.body());
        assertTrue(gate.explain(bounded).get("changes").toString().contains("can still pay"));
        gate.manage("DELETE", "/budgets/" + budget.get("id").stringValue(), "");
        assertCache("miss", chat(key));
        // What is free needs no money: not even a budget that has none left stands against it.
        gate.manage(
                "POST", "/budgets", "{\"key\":\"" + id + "\",\"limit_usd\":\"0.000000001\",\"window\":\"lifetime\"}");
        assertEquals(429, chat(key, "cache-control", "no-cache").statusCode());
        assertCache("hit", chat(key));
    }

    @Test
    void vectorsAreKeptAndCountsAreNot() throws Exception {
        String key = ownKey();
        String input = "{\"model\":\"oai\",\"input\":\"" + prompt + "\"}";
        HttpResponse<String> first = gate.post("/v1/embeddings", key, input);
        assertCache("miss", first);
        HttpResponse<String> again = gate.post("/v1/embeddings", key, input);
        assertCache("hit", again);
        assertEquals(first.body(), again.body());
        String count = "{\"model\":\"anth\",\"messages\":[{\"role\":\"user\",\"content\":\"" + prompt + "\"}]}";
        assertCache("bypass", gate.post("/v1/messages/count_tokens", key, count));
    }

    @Test
    void aLongRequestIsNotLookedUp() throws Exception {
        String key = ownKey();
        prompt = "x".repeat(1 << 20);
        assertCache("bypass", chat(key));
        assertCache("bypass", chat(key));
    }

    @Test
    void nothingIsHeldForAnswersOnceTheyHaveLeft() throws Exception {
        String key = ownKey();
        call(Client.CHAT, "oai", true, key);
        call(Client.CHAT, "oai", true, key);
        provider.end = TalkingProvider.End.AT_LIMIT;
        prompt = prompt + " again";
        call(Client.CHAT, "oai", true, key);
        chat(key);
        long deadline = System.nanoTime() + 20_000_000_000L;
        while (gate.gauge("tollgate_bodies_held_bytes") != 0) {
            assertTrue(System.nanoTime() < deadline, "bodies are given back");
            Thread.onSpinWait();
        }
        assertTrue(gate.gauge("tollgate_cache_bytes") > 0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"max_age_seconds\":0}",
                "{\"max_age_seconds\":-1}",
                "{\"max_age_seconds\":604801}",
                "{\"max_age_seconds\":1.5}",
                "{\"max_age_seconds\":\"600\"}",
                "{\"max_age_seconds\":600,\"scope\":\"everybody\"}",
                "{\"max_age_seconds\":600,\"scope\":1}",
                "{\"max_age_seconds\":600,\"size\":1}",
                "true",
                "600",
                "[]"
            })
    void aCacheThatCannotBeIsRefusedBeforeAnythingIsStored(String cache) throws Exception {
        HttpResponse<String> key = gate.admin("POST", "/keys", "{\"name\":\"refused\",\"cache\":" + cache + "}");
        assertEquals(400, key.statusCode(), key.body());
        HttpResponse<String> alias =
                gate.admin("PUT", "/aliases/refused", "{\"candidates\":[\"p-oai/m\"],\"cache\":" + cache + "}");
        assertEquals(400, alias.statusCode(), alias.body());
        assertFalse(gate.manage("GET", "/keys", "").toString().contains("refused"));
        assertFalse(gate.manage("GET", "/aliases", "").toString().contains("refused"));
    }

    @Test
    void aCacheIsShownAsItWasSet() throws Exception {
        JsonNode key =
                gate.manage("POST", "/keys", "{\"name\":\"shown" + ++words + "\",\"cache\":{\"max_age_seconds\":600}}");
        assertEquals(
                "{\"max_age_seconds\":600,\"scope\":\"caller\"}",
                key.get("cache").toString());
        assertTrue(gate.manage("POST", "/keys", "{\"name\":\"n" + ++words + "\"}")
                .get("cache")
                .isNull());
        JsonNode alias = gate.manage(
                "PUT",
                "/aliases/shown",
                "{\"candidates\":[\"p-oai/m\"],\"cache\":{\"max_age_seconds\":604800,\"scope\":\"account\"}}");
        assertEquals(
                "{\"max_age_seconds\":604800,\"scope\":\"account\"}",
                alias.get("cache").toString());
        assertTrue(gate.manage("GET", "/audit?limit=1", "").toString().contains("cache_max_age_seconds"));
    }
}

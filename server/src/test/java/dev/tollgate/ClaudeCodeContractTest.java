package dev.tollgate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.identity.people.Actor;
import dev.tollgate.identity.people.Person;
import dev.tollgate.identity.people.PersonChange;
import dev.tollgate.identity.people.Redeemed;
import dev.tollgate.identity.people.Role;
import dev.tollgate.identity.people.Visitor;
import dev.tollgate.kernel.Json;
import dev.tollgate.kernel.Money;
import dev.tollgate.oauth.AccessGrant;
import dev.tollgate.oauth.Client;
import dev.tollgate.oauth.DeviceCodes;
import dev.tollgate.oauth.Grants;
import dev.tollgate.oauth.SpendingCap;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A person signs in with Claude Code: all that it asks a gate for, over HTTP, and nothing that it does not send. */
@Timeout(120)
class ClaudeCodeContractTest {
    private static final String NOTICE = "Company accounts only. Questions: #ai-gate";

    private static final String UNIFIED = "anthropic-ratelimit-unified-";
    private static final byte[] PROTOBUF = {10, 0};

    @TempDir
    static Path home = Path.of("");

    private static RunningGate gate;
    private static Person ann;
    private static int people;

    @BeforeAll
    static void start() throws Exception {
        gate = new RunningGate(home, "--login-notice", NOTICE);
        String first = gate.people().firstRun().issue().orElseThrow();
        ann = person(gate.people().firstRun().redeem(first, "ann@example.com", "Ann", visitor()));
    }

    @AfterAll
    static void stop() {
        gate.close();
    }

    private static Visitor visitor() {
        return new Visitor("192.0.2.7", "test", null, null);
    }

    private static Person person(Redeemed redeemed) {
        return assertInstanceOf(Redeemed.Done.class, redeemed).signedIn().person();
    }

    private static Person somebody(String... groups) {
        String email = "person" + ++people + "@example.com";
        String text = gate.people()
                .invitations()
                .invite(email, Role.MEMBER, List.of(groups), Actor.OWNER_TOKEN)
                .text();
        return person(gate.people().invitations().redeem(text, "Somebody", visitor()));
    }

    private static JsonNode json(HttpResponse<String> answer) {
        return Json.MAPPER.readTree(answer.body());
    }

    /** What the page does when its person agrees. */
    private static AccessGrant approve(String userCode, Person person, @Nullable SpendingCap cap) {
        DeviceCodes devices = gate.authorization().devices();
        DeviceCodes.Waiting waiting = assertInstanceOf(DeviceCodes.Lookup.Found.class, devices.look(userCode))
                .waiting();
        Client client = gate.authorization().clients().find(waiting.clientId()).orElseThrow();
        AccessGrant grant = gate.authorization()
                .grants()
                .create(
                        new Grants.Draft(
                                person.id(),
                                person.id(),
                                person.account(),
                                client.id(),
                                client.name(),
                                waiting.scopes(),
                                waiting.resource(),
                                cap,
                                null),
                        person.id());
        assertTrue(devices.approve(waiting.id(), grant, System.currentTimeMillis(), List.of("hwk"), person.id()));
        return grant;
    }

    private record SignedIn(ClaudeCodeClient client, AccessGrant grant, JsonNode tokens) implements AutoCloseable {
        @Override
        public void close() {
            client.close();
        }
    }

    private static SignedIn signIn(Person person, @Nullable SpendingCap cap) throws Exception {
        ClaudeCodeClient client = new ClaudeCodeClient(gate.url());
        JsonNode begun = json(client.begin());
        AccessGrant grant = approve(begun.get("user_code").stringValue(), person, cap);
        HttpResponse<String> tokens = client.poll(begun.get("device_code").stringValue());
        assertEquals(200, tokens.statusCode(), tokens.body());
        return new SignedIn(client, grant, json(tokens));
    }

    private static String header(HttpResponse<?> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }

    /** The unified headers, sorted, without their prefix. */
    private static List<String> unified(HttpResponse<?> answer) {
        return answer.headers().map().keySet().stream()
                .map(name -> name.toLowerCase(Locale.ROOT))
                .filter(name -> name.startsWith(UNIFIED))
                .map(name -> name.substring(UNIFIED.length()))
                .sorted()
                .toList();
    }

    private static void assertSignedOut(HttpResponse<String> answer) {
        assertEquals(401, answer.statusCode(), answer.body());
        assertEquals(
                "authentication_error", json(answer).get("error").get("type").stringValue());
        assertEquals("false", header(answer, "x-should-retry"));
    }

    @Test
    void aPersonSignsInOnceAndOneBearerOpensEverything() throws Exception {
        try (SignedIn in = signIn(ann, null)) {
            assertEquals("ann@example.com", in.tokens().get("email").stringValue());
            HttpResponse<String> answer = in.client().message("sim/echo", "hello", 64, false);
            assertEquals(200, answer.statusCode(), answer.body());
            assertEquals(200, in.client().message("sim/echo", "hello", 64, true).statusCode());
            String count = "{\"model\":\"sim/echo\",\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}";
            assertEquals(
                    200,
                    in.client()
                            .post("/v1/messages/count_tokens?beta=true", count)
                            .statusCode());
            assertEquals(200, in.client().get("/v1/models?limit=1000").statusCode());
            assertEquals(200, in.client().get("/api/oauth/usage").statusCode());
            assertEquals(404, in.client().get("/managed/settings").statusCode());
            for (String signal : List.of("/v1/metrics", "/v1/logs", "/v1/traces")) {
                HttpResponse<String> taken = in.client().telemetry(signal, "application/x-protobuf", PROTOBUF);
                assertEquals(200, taken.statusCode(), signal);
                assertEquals("application/x-protobuf", header(taken, "content-type"));
                assertEquals(
                        "{}",
                        in.client()
                                .telemetry(signal, "application/json", "{}".getBytes(StandardCharsets.UTF_8))
                                .body());
            }
        }
    }

    @Test
    void whoPollsIsToldWhatThePersonHasDecided() throws Exception {
        try (ClaudeCodeClient client = new ClaudeCodeClient(gate.url())) {
            JsonNode begun = json(client.begin());
            assertTrue(begun.get("verification_uri_complete").stringValue().startsWith(gate.url() + "/"));
            assertEquals(NOTICE, begun.get("login_notice").stringValue());
            String code = begun.get("device_code").stringValue();
            HttpResponse<String> pending = client.poll(code);
            assertEquals(400, pending.statusCode());
            assertEquals("authorization_pending", json(pending).get("error").stringValue());
            assertEquals("slow_down", json(client.poll(code)).get("error").stringValue(), "sooner than the interval");
            JsonNode other = json(client.begin());
            DeviceCodes devices = gate.authorization().devices();
            DeviceCodes.Waiting waiting = assertInstanceOf(
                            DeviceCodes.Lookup.Found.class,
                            devices.look(other.get("user_code").stringValue()))
                    .waiting();
            assertTrue(devices.deny(waiting.id(), ann.id()));
            HttpResponse<String> denied = client.poll(other.get("device_code").stringValue());
            assertEquals(400, denied.statusCode());
            assertEquals("access_denied", json(denied).get("error").stringValue());
        }
    }

    @Test
    void aRefreshedBearerGoesOnAndARevokedOneSignsOut() throws Exception {
        try (SignedIn in = signIn(ann, null)) {
            String first = in.client().bearer();
            assertEquals(200, in.client().refresh().statusCode());
            assertFalse(first.equals(in.client().bearer()));
            assertEquals(
                    200, in.client().message("sim/echo", "hello", 64, false).statusCode());
            gate.authorization().grants().revoke(ann.id(), in.grant().id(), ann.id());
            assertSignedOut(in.client().message("sim/echo", "hello", 64, false));
            assertSignedOut(in.client().get("/managed/settings"));
            assertSignedOut(in.client().get("/api/oauth/usage"));
            assertSignedOut(in.client().telemetry("/v1/metrics", "application/x-protobuf", PROTOBUF));
            HttpResponse<String> refused = in.client().refresh();
            assertEquals(401, refused.statusCode(), refused.body());
            assertEquals("invalid_grant", json(refused).get("error").stringValue());
        }
        try (SignedIn in = signIn(ann, null)) {
            assertEquals(200, in.client().revoke().statusCode());
            assertSignedOut(in.client().message("sim/echo", "hello", 64, false));
        }
    }

    @Test
    void nothingIsTakenFromWhoHasNotSignedIn() throws Exception {
        try (ClaudeCodeClient client = new ClaudeCodeClient(gate.url())) {
            for (String path : List.of("/managed/settings", "/api/oauth/usage", "/v1/models?limit=1000")) {
                assertSignedOut(client.get(path, "anthropic-version", "2023-06-01"));
            }
            for (String signal : List.of("/v1/metrics", "/v1/logs", "/v1/traces")) {
                assertSignedOut(client.telemetry(signal, "application/x-protobuf", PROTOBUF));
            }
        }
    }

    @Test
    void aModelThatMayNotBeUsedIsABadRequest() throws Exception {
        gate.manage("PUT", "/aliases/claude-allowed", "{\"candidates\":[\"sim/echo\"]}");
        try (SignedIn in = signIn(ann, null)) {
            gate.authorization()
                    .grants()
                    .change(ann.id(), in.grant().id(), List.of("models:use:claude-allowed"), null, null, ann.id());
            assertSignedOut(in.client().message("sim/echo", "hello", 64, false)); // its token allowed more
            assertEquals(200, in.client().refresh().statusCode());
            assertEquals(
                    200,
                    in.client().message("claude-allowed", "hello", 64, false).statusCode());
            HttpResponse<String> denied = in.client().message("sim/echo", "hello", 64, false);
            assertEquals(400, denied.statusCode(), denied.body());
            assertEquals(
                    "invalid_request_error",
                    json(denied).get("error").get("type").stringValue());
        }
    }

    @Test
    void settingsAreThoseOfThePersonsGroupsAndAreSentOnce() throws Exception {
        gate.manage(
                "PUT",
                "/settings/default",
                "{\"settings\":{\"model\":\"opus\",\"permissions\":{\"deny\":[\"Read(./.env)\"],\"defaultMode\":\"plan\"}}}");
        gate.manage(
                "PUT",
                "/settings/groups/zoo",
                "{\"settings\":{\"model\":\"haiku\",\"env\":{\"B\":\"ü\",\"A\":\"\\u001f\"}}}");
        gate.manage(
                "PUT",
                "/settings/groups/lab",
                "{\"settings\":{\"model\":\"sonnet\",\"permissions\":{\"deny\":[\"WebFetch\",\"Read(./.env)\"]}}}");
        gate.manage("PUT", "/settings/groups/other", "{\"settings\":{\"env\":{\"C\":\"of others\"}}}");
        String merged = "{\"env\":{\"A\":\"\\u001f\",\"B\":\"ü\"},\"model\":\"haiku\",\"permissions\":{\"defaultMode\":"
                + "\"plan\",\"deny\":[\"Read(./.env)\",\"WebFetch\"]}}";
        String checksum = "sha256:"
                + HexFormat.of()
                        .formatHex(
                                MessageDigest.getInstance("SHA-256").digest(merged.getBytes(StandardCharsets.UTF_8)));
        Person bob = somebody("zoo", "lab");
        try (SignedIn in = signIn(bob, null)) {
            HttpResponse<String> answer = in.client().get("/managed/settings");
            assertEquals(200, answer.statusCode(), answer.body());
            assertTrue(answer.body().endsWith(",\"settings\":" + merged + "}"), answer.body());
            assertEquals(checksum, json(answer).get("checksum").stringValue());
            assertEquals('"' + checksum + '"', header(answer, "etag"));
            String uuid = json(answer).get("uuid").stringValue();
            assertTrue(uuid.matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"), uuid);
            HttpResponse<String> same = in.client().get("/managed/settings", "if-none-match", '"' + checksum + '"');
            assertEquals(304, same.statusCode());
            assertEquals("", same.body());
            assertEquals(
                    200,
                    in.client()
                            .get("/managed/settings", "if-none-match", "\"sha256:0\"")
                            .statusCode());
            gate.people().people().change(bob.id(), new PersonChange(null, null, null, List.of()), Actor.OWNER_TOKEN);
            HttpResponse<String> everybodys =
                    in.client().get("/managed/settings", "if-none-match", '"' + checksum + '"');
            assertEquals(200, everybodys.statusCode(), "in no group any more");
            assertEquals("opus", json(everybodys).get("settings").get("model").stringValue());
            for (String each : List.of("default", "groups/zoo", "groups/lab", "groups/other")) {
                gate.manage("DELETE", "/settings/" + each, "");
            }
            HttpResponse<String> none = in.client().get("/managed/settings");
            assertEquals(404, none.statusCode());
            assertEquals("not_found_error", json(none).get("error").get("type").stringValue());
        }
    }

    @Test
    void whatIsNoSettingsDocumentIsRefusedAndNothingIsStored() throws Exception {
        for (String bad : List.of(
                "{\"settings\":[]}",
                "{\"settings\":\"{}\"}",
                "{\"settings\":null}",
                "{}",
                "{\"settings\":{\"a\":1,\"a\":2}}",
                "{\"settings\":{\"n\":9007199254740993}}",
                "{\"settings\":{\"n\":1e999}}",
                "{\"settings\":{\"s\":\"\\ud800\"}}",
                "{\"settings\":{\"s\\u0000\":1}}",
                "{\"settings\":" + "{\"a\":".repeat(70) + "1" + "}".repeat(70) + "}",
                "{\"settings\":{\"s\":\"" + "x".repeat(270_000) + "\"}}",
                "{\"settings\":{}",
                "{\"settings\":{},\"group\":\"x\"}")) {
            HttpResponse<String> refused = gate.admin("PUT", "/settings/groups/bad", bad);
            String shown = bad.substring(0, Math.min(60, bad.length()));
            assertEquals(400, refused.statusCode(), shown + refused.body());
            assertFalse(json(refused).get("error").get("message").stringValue().isEmpty());
        }
        assertEquals(404, gate.admin("GET", "/settings/groups/bad", "").statusCode());
        assertEquals(404, gate.admin("DELETE", "/settings/groups/bad", "").statusCode());
        assertEquals(
                400,
                gate.admin("PUT", "/settings/groups/a%20b", "{\"settings\":{}}").statusCode());
        assertEquals(
                401,
                gate.adminAs("tg_x", "PUT", "/settings/default", "{\"settings\":{}}")
                        .statusCode());
    }

    @Test
    void anUncappedCallerReadsNoCapButWhatWasSpent() throws Exception {
        try (SignedIn in = signIn(somebody(), null)) {
            assertEquals(List.of(), unified(in.client().message("sim/echo", "hello", 64, false)));
            JsonNode usage = json(in.client().get("/api/oauth/usage"));
            JsonNode extra = usage.get("extra_usage");
            assertFalse(extra.get("is_enabled").booleanValue());
            for (String field : List.of("monthly_limit", "utilization")) {
                assertTrue(extra.get(field).isNull(), field);
            }
            HttpResponse<String> dear = in.client().message("sim/echo", "word ".repeat(8_000), 32_000, false);
            long cents = Math.round(Money.parseUsd(header(dear, "x-tollgate-cost-usd")) / 10_000_000.0);
            assertTrue(cents > 0, "it costs something to speak of: " + header(dear, "x-tollgate-cost-usd"));
            HttpResponse<String> later = in.client().get("/api/oauth/usage");
            assertEquals("no-store", header(later, "cache-control"));
            JsonNode spent = json(later).get("extra_usage");
            for (JsonNode period : List.of(spent, spent.get("daily"), spent.get("weekly"))) {
                assertEquals(cents, period.get("used_credits").longValue(), later.body());
            }
            assertEquals(0, usage.get("limits").size());
        }
    }

    /** Spends something, and makes it so many percent of that budget. */
    private static void spend(SignedIn in, Person person, int percent) throws Exception {
        String budget = "{\"member\":\"" + person.email() + "\",\"window\":\"month\",\"limit_usd\":\"";
        gate.manage("POST", "/budgets", budget + "1000\"}");
        HttpResponse<String> dear = in.client().message("sim/echo", "word ".repeat(8_000), 32_000, false);
        assertEquals(200, dear.statusCode(), dear.body());
        long cost = Money.parseUsd(header(dear, "x-tollgate-cost-usd"));
        gate.manage("POST", "/budgets", budget + Money.formatUsd(cost * 100 / percent) + "\"}");
    }

    private static long nextMonthSeconds() {
        return LocalDate.now(ZoneOffset.UTC)
                .withDayOfMonth(1)
                .plusMonths(1)
                .atStartOfDay(ZoneOffset.UTC)
                .toEpochSecond();
    }

    @Test
    void theTightestCapStandsInTheHeadersAndInTheUsage() throws Exception {
        Person cat = somebody();
        try (SignedIn in = signIn(cat, null)) {
            spend(in, cat, 80);
            gate.manage(
                    "POST",
                    "/budgets",
                    "{\"member\":\"" + cat.email() + "\",\"window\":\"day\",\"limit_usd\":\"1000\"}");
            for (boolean stream : List.of(false, true)) {
                HttpResponse<String> answer = in.client().message("sim/echo", "hello", 16, stream);
                assertEquals(200, answer.statusCode(), answer.body());
                assertEquals("allowed_warning", header(answer, UNIFIED + "status"));
                assertEquals("overage", header(answer, UNIFIED + "representative-claim"));
                assertEquals("allowed_warning", header(answer, UNIFIED + "overage-status"));
                assertEquals("0.80", header(answer, UNIFIED + "overage-utilization"));
                assertEquals("0.75", header(answer, UNIFIED + "overage-surpassed-threshold"));
                assertEquals(nextMonthSeconds() + "", header(answer, UNIFIED + "reset"));
                assertEquals(nextMonthSeconds() + "", header(answer, UNIFIED + "overage-reset"));
                assertEquals(7, unified(answer).size(), unified(answer).toString());
            }
            JsonNode usage = json(in.client().get("/api/oauth/usage"));
            JsonNode extra = usage.get("extra_usage");
            assertTrue(extra.get("is_enabled").booleanValue());
            assertEquals("USD", extra.get("currency").stringValue());
            assertTrue(extra.get("monthly_limit").isIntegralNumber());
            assertEquals(80, extra.get("utilization").intValue(), usage.toString());
            assertEquals(2, usage.get("limits").size());
            JsonNode daily = usage.get("limits").get(0);
            JsonNode monthly = usage.get("limits").get(1);
            assertEquals("daily", daily.get("group").stringValue());
            assertEquals("normal", daily.get("severity").stringValue());
            assertFalse(daily.get("is_active").booleanValue());
            assertEquals("monthly", monthly.get("group").stringValue());
            assertEquals(80, monthly.get("percent").intValue());
            assertEquals("warning", monthly.get("severity").stringValue());
            assertTrue(monthly.get("is_active").booleanValue());
            assertEquals(
                    Instant.ofEpochSecond(nextMonthSeconds()).toString(),
                    monthly.get("resets_at").stringValue());
        }
    }

    @Test
    void atTheLastTwentiethTheWarningIsTheLast() throws Exception {
        Person dan = somebody();
        try (SignedIn in = signIn(dan, null)) {
            spend(in, dan, 96);
            HttpResponse<String> answer = in.client().message("sim/echo", "hi", 1, false);
            assertEquals(200, answer.statusCode(), answer.body());
            assertEquals("0.96", header(answer, UNIFIED + "overage-utilization"));
            assertEquals("0.95", header(answer, UNIFIED + "overage-surpassed-threshold"));
        }
    }

    @Test
    void aCapThatIsReachedIsOneSentenceWithItsOwnHeaders() throws Exception {
        Person eve = somebody();
        try (SignedIn in = signIn(eve, new SpendingCap(0, SpendingCap.Window.DAY))) {
            HttpResponse<String> refused = in.client().message("sim/echo", "hello", 64, true);
            assertEquals(429, refused.statusCode(), refused.body());
            JsonNode error = json(refused).get("error");
            assertEquals("billing_error", error.get("type").stringValue());
            String message = error.get("message").stringValue();
            assertTrue(message.startsWith("Your spending cap "), message);
            assertTrue(message.endsWith("raise it at " + gate.url() + "/access."), message);
            assertEquals(1, Stream.of(message.split("\\. ", -1)).count(), message);
            assertEquals("false", header(refused, "x-should-retry"));
            assertTrue(Long.parseLong(header(refused, "retry-after")) > 0);
            assertEquals("rejected", header(refused, UNIFIED + "status"));
            assertEquals("1", header(refused, UNIFIED + "overage-utilization"));
            assertEquals("1", header(refused, UNIFIED + "overage-surpassed-threshold"));
            assertEquals("daily", header(refused, UNIFIED + "overage-period"));
            assertEquals("org_spend_cap_reached", header(refused, UNIFIED + "overage-disabled-reason"));
            assertEquals(
                    List.of(
                            "overage-disabled-reason",
                            "overage-period",
                            "overage-reset",
                            "overage-surpassed-threshold",
                            "overage-utilization",
                            "reset",
                            "status"),
                    unified(refused));
            JsonNode usage = json(in.client().get("/api/oauth/usage"));
            assertEquals(0, usage.get("extra_usage").get("monthly_limit").longValue(), "the cap of a day, too");
            JsonNode row = usage.get("limits").get(0);
            assertEquals("spend", row.get("kind").stringValue());
            assertEquals(
                    Instant.ofEpochSecond(Long.parseLong(header(refused, UNIFIED + "reset")))
                            .toString(),
                    row.get("resets_at").stringValue());
        }
    }

    @Test
    void aPoolThatIsUsedUpIsToldAsOneAndAKeyReadsNothingOfCaps() throws Exception {
        String client = "claude-code";
        JsonNode pool = gate.manage(
                "POST", "/budgets", "{\"app\":\"" + client + "\",\"window\":\"week\",\"limit_usd\":\"0.000000001\"}");
        try (SignedIn in = signIn(somebody(), null)) {
            HttpResponse<String> refused = in.client().message("sim/echo", "hello", 64, false);
            assertEquals(429, refused.statusCode(), refused.body());
            assertEquals("group_pool", header(refused, UNIFIED + "overage-scope"));
            assertEquals("weekly", header(refused, UNIFIED + "overage-period"));
            assertTrue(refused.body().contains("ask an administrator to raise it"), refused.body());
        } finally {
            gate.manage("DELETE", "/budgets/" + pool.get("id").stringValue(), "");
        }
        String key = gate.createKey("plain");
        gate.manage("POST", "/budgets", "{\"key\":\"plain\",\"window\":\"day\",\"limit_usd\":\"0.000000001\"}");
        HttpResponse<String> refused = gate.post(
                "/v1/messages",
                key,
                "{\"model\":\"sim/echo\",\"max_tokens\":64,\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}");
        assertEquals(429, refused.statusCode());
        assertEquals(List.of(), unified(refused));
    }

    @Test
    void theProvidersOwnLimitsAreNotTheCallers() throws Exception {
        try (TalkingProvider talking = new TalkingProvider();
                SignedIn in = signIn(somebody(), null)) {
            gate.provider("talking", "anthropic", talking.url());
            String theirs = "anthropic-ratelimit-requests-remaining";
            for (boolean stream : List.of(false, true)) {
                assertEquals("", header(in.client().message("talking/m", "hello", 64, stream), theirs));
            }
            assertEquals(
                    "7",
                    header(
                            gate.post(
                                    "/v1/messages",
                                    gate.createKey("curious"),
                                    "{\"model\":\"talking/m\",\"max_tokens\":64,\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}"),
                            theirs));
        }
    }
}

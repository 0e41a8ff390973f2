package dev.tollgate.cli;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A small authorization server for one client, by RFC 6749, 7636, 8414, 8628, 8707, 9207 and 7009, which notes whatever
 * a request has that they do not allow. Refresh tokens are good for one use, without any leeway.
 */
final class SignInServer {
    static final String EMAIL = "ana@example.org";

    private static final String WELL_KNOWN = "/.well-known/oauth-authorization-server";
    private static final String DEVICE = "urn:ietf:params:oauth:grant-type:device_code";
    private static final Set<String> ENDPOINTS = Set.of("/oauth/token", "/oauth/device_authorization", "/oauth/revoke");

    /** A request to an endpoint, in short. */
    final List<String> requests = new CopyOnWriteArrayList<>();
    /** What the metadata says otherwise; null for not at all. */
    final Map<String, Json> metadata = new HashMap<>();
    /** Answers otherwise, by path; null as the usual one. */
    final Map<String, Function<Map<String, String>, AdminServer.Answer>> answers = new ConcurrentHashMap<>();
    /** Headers of every answer. */
    final Map<String, String> headers = new ConcurrentHashMap<>();
    /** What the next polls for a device code answer, before it is approved. */
    final List<String> polls = new CopyOnWriteArrayList<>();

    final List<String> revoked = new CopyOnWriteArrayList<>();

    volatile int lifetimeSeconds = 900;
    private final AtomicInteger intervalSeconds = new AtomicInteger(1);
    /** How long a second is: the command line under test may run faster. */
    volatile long secondNanos = 1_000_000;
    /** What is granted of what is asked for; empty for all of it. */
    volatile String granted = "";

    private final Supplier<String> url;
    private final List<String> violations;
    private final Map<String, Map<String, String>> codes = new ConcurrentHashMap<>();
    private final Map<String, String> refreshTokens = new ConcurrentHashMap<>();
    private final Map<String, String> accessTokens = new ConcurrentHashMap<>();
    private final AtomicInteger counter = new AtomicInteger();
    private volatile String deviceScope = "";
    private volatile long polledAt;

    SignInServer(Supplier<String> url, List<String> violations) {
        this.url = url;
        this.violations = violations;
    }

    boolean serves(String path) {
        return path.equals(WELL_KNOWN) || ENDPOINTS.contains(path);
    }

    /** Whether it is a token of ours that may administer. */
    boolean administers(String authorization) {
        return accessTokens
                .getOrDefault(authorization.replaceFirst("^Bearer ", ""), "")
                .contains("admin:*");
    }

    /** Ends access tokens before their time. */
    void forgetAccessTokens() {
        accessTokens.clear();
    }

    long count(String request) {
        return requests.stream().filter(request::equals).count();
    }

    void handle(HttpExchange exchange, String body) throws IOException {
        String path = exchange.getRequestURI().getPath();
        AdminServer.Answer answer;
        if (path.equals(WELL_KNOWN)) {
            must(exchange.getRequestMethod().equals("GET"), "metadata is fetched by GET");
            requests.add("metadata");
            answer = answers.getOrDefault(path, _ -> new AdminServer.Answer(200, metadata()))
                    .apply(Map.of());
        } else {
            Map<String, String> form = form(body);
            must(exchange.getRequestMethod().equals("POST"), path + " takes POST");
            must(
                    "application/x-www-form-urlencoded"
                            .equals(exchange.getRequestHeaders().getFirst("Content-Type")),
                    path + " takes a form");
            must(!exchange.getRequestHeaders().containsKey("Authorization"), "a public client does not authenticate");
            must(exchange.getRequestURI().getRawQuery() == null, "nothing stands in the address");
            must("tollgate-cli".equals(form.get("client_id")), "the client names itself");
            requests.add(form.getOrDefault("grant_type", path));
            answer = answers.getOrDefault(path, this::usual).apply(withPath(form, path));
        }
        headers.forEach(exchange.getResponseHeaders()::set);
        byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private static Map<String, String> withPath(Map<String, String> form, String path) {
        Map<String, String> request = new HashMap<>(form);
        request.put("", path);
        return request;
    }

    /** RFC 8414 §2. */
    String metadata() {
        Json.Obj document = Json.object()
                .put("issuer", url.get())
                .put("authorization_endpoint", url.get() + "/oauth/authorize")
                .put("token_endpoint", url.get() + "/oauth/token")
                .put("device_authorization_endpoint", url.get() + "/oauth/device_authorization")
                .put("revocation_endpoint", url.get() + "/oauth/revoke")
                .put("code_challenge_methods_supported", List.of("S256"))
                .put("authorization_response_iss_parameter_supported", true);
        document.fields().putAll(metadata);
        return document.compact();
    }

    AdminServer.Answer usual(Map<String, String> form) {
        return switch (form.getOrDefault("", "")) {
            case "/oauth/device_authorization" -> device(form);
            case "/oauth/revoke" -> revoke(form);
            default ->
                switch (form.getOrDefault("grant_type", "")) {
                    case "authorization_code" -> code(form);
                    case "refresh_token" -> refresh(form);
                    case DEVICE -> poll(form);
                    default -> error(400, "unsupported_grant_type");
                };
        };
    }

    /** What a browser does whose person signs in: the address that it is sent back to, with its parameters. */
    Map<String, String> authorize(URI page) {
        must(page.toString().startsWith(url.get() + "/oauth/authorize?"), "the authorization endpoint's page");
        Map<String, String> request = form(page.getRawQuery());
        must("code".equals(request.get("response_type")), "response_type");
        must("tollgate-cli".equals(request.get("client_id")), "client_id");
        must(
                request.getOrDefault("redirect_uri", "").matches("http://127\\.0\\.0\\.1:\\d+/callback"),
                "a loopback address: RFC 8252 §7.3");
        must(request.getOrDefault("state", "").length() >= 22, "a state of 128 bits");
        must(request.getOrDefault("code_challenge", "").matches("[A-Za-z0-9_-]{43}"), "code_challenge");
        must("S256".equals(request.get("code_challenge_method")), "code_challenge_method");
        must(url.get().equals(request.get("resource")), "resource");
        String code = "tgc_" + counter.incrementAndGet();
        codes.put(code, request);
        Map<String, String> answer = new LinkedHashMap<>();
        answer.put("code", code);
        answer.put("state", request.get("state"));
        answer.put("iss", url.get());
        return answer;
    }

    private AdminServer.Answer code(Map<String, String> form) {
        Map<String, String> request = codes.remove(form.getOrDefault("code", ""));
        if (request == null) {
            return error(400, "invalid_grant");
        }
        String verifier = form.getOrDefault("code_verifier", "");
        must(verifier.matches("[A-Za-z0-9._~-]{43,128}"), "code_verifier: RFC 7636 §4.1");
        must(s256(verifier).equals(request.get("code_challenge")), "the verifier fits its challenge");
        must(request.getOrDefault("redirect_uri", "").equals(form.get("redirect_uri")), "the same redirect_uri");
        must(url.get().equals(form.get("resource")), "resource");
        return tokens(request.getOrDefault("scope", ""), true);
    }

    private AdminServer.Answer device(Map<String, String> form) {
        must(url.get().equals(form.get("resource")), "resource");
        deviceScope = form.getOrDefault("scope", "");
        polledAt = System.nanoTime();
        return new AdminServer.Answer(
                200,
                Json.object()
                        .put("device_code", "tgd_one")
                        .put("user_code", "BCDF-GHJK")
                        .put("verification_uri", url.get() + "/device")
                        .put("verification_uri_complete", url.get() + "/device?user_code=BCDF-GHJK")
                        .put("expires_in", 600)
                        .put("interval", intervalSeconds.get())
                        .put("login_notice", "Authorised use only.")
                        .compact());
    }

    private AdminServer.Answer poll(Map<String, String> form) {
        long now = System.nanoTime();
        must("tgd_one".equals(form.get("device_code")), "device_code");
        must(now - polledAt >= intervalSeconds.get() * secondNanos, "no poll before the interval has passed");
        polledAt = now;
        if (polls.isEmpty()) {
            return tokens(deviceScope, true);
        }
        String next = polls.removeFirst();
        if (next.equals("slow_down")) {
            intervalSeconds.addAndGet(5);
        }
        return next.equals("away") ? new AdminServer.Answer(503, "busy") : error(400, next);
    }

    private AdminServer.Answer refresh(Map<String, String> form) {
        String scope = refreshTokens.remove(form.getOrDefault("refresh_token", ""));
        must(scope != null, "a refresh token is used once");
        if (scope == null) {
            return error(400, "invalid_grant");
        }
        String asked = form.getOrDefault("scope", scope);
        must(List.of(scope.split(" ")).containsAll(List.of(asked.split(" "))), "no more than before: RFC 6749 §6");
        return tokens(asked, scope, false);
    }

    private AdminServer.Answer revoke(Map<String, String> form) {
        must("refresh_token".equals(form.get("token_type_hint")), "token_type_hint");
        must(refreshTokens.remove(form.getOrDefault("token", "")) != null, "the refresh token in force is revoked");
        revoked.add(form.get("token"));
        return new AdminServer.Answer(200, "");
    }

    private AdminServer.Answer tokens(String asked, boolean signIn) {
        return tokens(asked, granted.isEmpty() ? asked : granted, signIn);
    }

    /** The refresh token stays for all that the sign-in was for. */
    private AdminServer.Answer tokens(String asked, String signedInFor, boolean signIn) {
        String scope = granted.isEmpty() ? asked : granted;
        int number = counter.incrementAndGet();
        String access = "eyJCANARY.access." + number;
        String refresh = "tgr_CANARY_refresh_" + number;
        accessTokens.put(access, scope);
        refreshTokens.put(refresh, signedInFor);
        Json.Obj answer = Json.object()
                .put("access_token", access)
                .put("token_type", "Bearer")
                .put("expires_in", lifetimeSeconds)
                .put("refresh_token", refresh)
                .put("scope", scope);
        return new AdminServer.Answer(200, (signIn ? answer.put("email", EMAIL) : answer).compact());
    }

    static AdminServer.Answer error(int status, String error) {
        return new AdminServer.Answer(status, Json.object().put("error", error).compact());
    }

    private void must(boolean kept, String rule) {
        if (!kept) {
            violations.add("sign-in: " + rule);
        }
    }

    private Map<String, String> form(String encoded) {
        Map<String, String> form = new HashMap<>();
        for (String pair : encoded.split("&", -1)) {
            int equals = pair.indexOf('=');
            String name = URLDecoder.decode(pair.substring(0, equals), StandardCharsets.UTF_8);
            must(
                    form.put(name, URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8)) == null,
                    name + " stands there once");
        }
        return form;
    }

    static String query(Map<String, String> parameters) {
        StringBuilder query = new StringBuilder();
        parameters.forEach((name, value) -> query.append(query.isEmpty() ? "" : "&")
                .append(name)
                .append('=')
                .append(URLEncoder.encode(value, StandardCharsets.UTF_8)));
        return query.toString();
    }

    private static String s256(String verifier) {
        try {
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(
                            MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}

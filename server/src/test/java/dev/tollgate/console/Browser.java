package dev.tollgate.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.identity.people.SoftPasskey;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** As much of a browser as forms need: cookies, redirects, and the hidden fields of the page that it shows. */
final class Browser implements AutoCloseable {
    private static final Pattern HIDDEN = Pattern.compile("<input type=\"hidden\" name=\"(\\w+)\" value=\"([^\"]*)\">");
    private static final Pattern REFRESH = Pattern.compile("content=\"0;url=([^\"]*)\"");

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    final Map<String, String> cookies = new LinkedHashMap<>();
    private final String url;
    private final String address;
    /** The last answer, redirects followed. */
    HttpResponse<String> page;

    Browser(String url, String address) throws Exception {
        this.url = url;
        this.address = address;
        this.page = raw("GET", "/favicon.ico", "");
    }

    /** A GET, and on to wherever it leads. */
    Browser open(String link) throws Exception {
        page = follow(raw("GET", link, ""));
        return this;
    }

    /** Sends a form of the page with its hidden fields, and goes on to wherever that leads. */
    Browser send(String path, String... fields) throws Exception {
        page = follow(raw("POST", path, form(fields)));
        return this;
    }

    /** One request and its answer, as it is. */
    HttpResponse<String> raw(String method, String link, String body, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(link.startsWith("/") ? url + link : link))
                .header("x-forwarded-for", address)
                .header("user-agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0");
        if (!cookies.isEmpty()) {
            request.header(
                    "cookie",
                    cookies.entrySet().stream()
                            .map(cookie -> cookie.getKey() + "=" + cookie.getValue())
                            .collect(Collectors.joining("; ")));
        }
        if (method.equals("POST")) {
            request.header("content-type", "application/x-www-form-urlencoded");
        }
        if (headers.length > 0) {
            request.headers(headers);
        } else if (method.equals("POST")) {
            request.headers("origin", url, "sec-fetch-site", "same-origin");
        }
        HttpResponse<String> answer = http.send(
                request.method(method, HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        for (String set : answer.headers().allValues("set-cookie")) {
            keep(set);
        }
        return answer;
    }

    private void keep(String set) {
        assertTrue(set.contains("; Path=/; Secure; HttpOnly; SameSite=Lax"), set);
        String name = set.substring(0, set.indexOf('='));
        assertTrue(name.startsWith("__Host-"), set);
        String value = set.substring(set.indexOf('=') + 1, set.indexOf(';'));
        if (set.endsWith("Max-Age=0")) {
            cookies.remove(name);
        } else {
            cookies.put(name, value);
        }
    }

    private HttpResponse<String> follow(HttpResponse<String> answer) throws Exception {
        HttpResponse<String> now = answer;
        for (int i = 0; i < 5 && now.statusCode() == 303; i++) {
            now = raw("GET", now.headers().firstValue("location").orElseThrow(), "");
        }
        return now;
    }

    /** Names and values in turn, besides the hidden fields of the page that the form's action does not name again. */
    String form(String... fields) {
        Map<String, String> all = new LinkedHashMap<>();
        Matcher hidden = HIDDEN.matcher(page.body());
        while (hidden.find()) {
            all.putIfAbsent(hidden.group(1), unescaped(hidden.group(2)));
        }
        for (int i = 0; i < fields.length; i += 2) {
            all.put(fields[i], fields[i + 1]);
        }
        return encoded(all);
    }

    static String encoded(Map<String, String> fields) {
        return fields.entrySet().stream()
                .map(field -> encode(field.getKey()) + "=" + encode(field.getValue()))
                .collect(Collectors.joining("&"));
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    static String unescaped(String html) {
        return html.replace("&#34;", "\"")
                .replace("&#39;", "'")
                .replace("&lt;", "<")
                .replace("&amp;", "&");
    }

    String hidden(String name) {
        Matcher hidden = HIDDEN.matcher(page.body());
        while (hidden.find()) {
            if (hidden.group(1).equals(name)) {
                return unescaped(hidden.group(2));
            }
        }
        throw new AssertionError("no " + name + " in " + page.body());
    }

    /** Where the page leads by itself. */
    String refresh() {
        Matcher refresh = REFRESH.matcher(page.body());
        assertTrue(refresh.find(), page.body());
        return unescaped(refresh.group(1));
    }

    /** Asserts that the page has this title, and the path. */
    Browser at(String title) {
        assertTrue(
                page.body().contains("<title>" + title + " · Tollgate</title>"),
                page.statusCode() + " " + page.uri() + " is not \"" + title + "\": " + page.body());
        return this;
    }

    Browser says(String text) {
        assertTrue(page.body().contains(text), text + " is not in " + page.body());
        return this;
    }

    /** Adds a passkey by the page that is shown. */
    Browser addPasskey(SoftPasskey passkey) throws Exception {
        HttpResponse<String> options = raw("POST", "/account/passkeys/options", form());
        assertEquals(200, options.statusCode(), options.body());
        return send("/account/passkeys", "name", "Laptop", "credential", passkey.create(options.body(), url));
    }

    /** Signs in by the sign-in page that is shown. */
    Browser signIn(SoftPasskey passkey) throws Exception {
        HttpResponse<String> options = raw("POST", "/sign-in/passkey/options", form());
        assertEquals(200, options.statusCode(), options.body());
        passkey.counter++;
        return send("/sign-in/passkey", "credential", passkey.get(options.body(), url));
    }

    /** Email and password, by the sign-in page that is shown. */
    Browser password(String email, String password) throws Exception {
        return send("/sign-in", "email", email).send("/sign-in/password", "email", email, "password", password);
    }

    /** RFC 6238 with its defaults. */
    static String code(String base32, Instant at) throws GeneralSecurityException {
        int bits = 0;
        int count = 0;
        ByteBuffer key = ByteBuffer.allocate(base32.length() * 5 / 8);
        for (int i = 0; i < base32.length(); i++) {
            bits = bits << 5 | "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(base32.charAt(i));
            count += 5;
            if (count >= 8) {
                count -= 8;
                key.put((byte) (bits >> count));
            }
        }
        Mac mac = Mac.getInstance("HmacSHA1");
        mac.init(new SecretKeySpec(key.array(), "HmacSHA1"));
        byte[] hash = mac.doFinal(
                ByteBuffer.allocate(8).putLong(at.getEpochSecond() / 30).array());
        int offset = hash[hash.length - 1] & 15;
        return "%06d".formatted((ByteBuffer.wrap(hash).getInt(offset) & 0x7fffffff) % 1_000_000);
    }

    @Override
    public void close() {
        http.close();
    }
}

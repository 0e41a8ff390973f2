package dev.tollgate.alert;

import dev.tollgate.kernel.Json;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What is secret of a destination.
 *
 * @param url of a webhook or Slack; null of mail
 * @param near whether the URL may lead to this machine or into a private network
 * @param addresses of mail
 * @param secrets of a webhook, the present one first
 */
record Target(@Nullable URI url, boolean near, List<String> addresses, List<Signing> secrets) {
    /**
     * A signing secret.
     *
     * @param text {@code whsec_} and base64
     * @param untilMillis when it is no longer signed with; 0: in use
     */
    record Signing(String text, long untilMillis) {
        @Override
        public String toString() {
            return "Signing[redacted]";
        }
    }

    static Target web(URI url, boolean near, List<Signing> secrets) {
        return new Target(url, near, List.of(), secrets);
    }

    static Target mail(List<String> addresses) {
        return new Target(null, false, addresses, List.of());
    }

    /** The same with a new secret; the one before it is signed with, too, until then. */
    Target rotated(String secret, long oldUntilMillis) {
        return web(
                requiredUrl(),
                near,
                List.of(new Signing(secret, 0), new Signing(secrets.getFirst().text, oldUntilMillis)));
    }

    URI requiredUrl() {
        if (url == null) {
            throw new IllegalStateException("mail has no URL");
        }
        return url;
    }

    /** The texts of the secrets to sign with. */
    List<String> secretsAt(long nowMillis) {
        return secrets.stream()
                .filter(secret -> secret.untilMillis == 0 || nowMillis < secret.untilMillis)
                .map(Signing::text)
                .toList();
    }

    String json() {
        ObjectNode object = Json.MAPPER.createObjectNode();
        if (url != null) {
            object.put("url", url.toString()).put("near", near);
        }
        ArrayNode mail = object.putArray("addresses");
        addresses.forEach(mail::add);
        ArrayNode signing = object.putArray("secrets");
        secrets.forEach(secret -> signing.addObject().put("text", secret.text).put("until", secret.untilMillis));
        return object.toString();
    }

    static Target read(String json) {
        JsonNode object = Json.MAPPER.readTree(json);
        List<String> addresses = new ArrayList<>();
        object.path("addresses").forEach(address -> addresses.add(address.stringValue()));
        List<Signing> secrets = new ArrayList<>();
        object.path("secrets")
                .forEach(secret -> secrets.add(new Signing(
                        secret.path("text").stringValue(), secret.path("until").longValue())));
        JsonNode url = object.get("url");
        return new Target(
                url == null ? null : URI.create(url.stringValue()),
                object.path("near").booleanValue(false),
                List.copyOf(addresses),
                List.copyOf(secrets));
    }

    @Override
    public String toString() {
        return "Target[redacted]";
    }
}

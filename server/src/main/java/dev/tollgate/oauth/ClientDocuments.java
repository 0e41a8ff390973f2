package dev.tollgate.oauth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.auth.ClientAuthenticationMethod;
import com.nimbusds.oauth2.sdk.client.ClientMetadata;
import com.nimbusds.oauth2.sdk.util.JSONObjectUtils;
import dev.tollgate.oauth.DocumentFetch.Fetched;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.minidev.json.JSONObject;
import org.jspecify.annotations.Nullable;

/**
 * Clients whose id is the https address of their own description (draft-ietf-oauth-client-id-metadata-document). What was
 * fetched is kept for as long as its headers say, between five minutes and a day; what could not be had, for one minute.
 */
final class ClientDocuments {
    /** The draft's advice is 5 KB. */
    private static final int MOST_BYTES = 8 << 10;

    private static final int LONGEST_ID = 1_000;
    private static final int MOST_KEPT = 1_000;
    private static final Duration SHORTEST = Duration.ofMinutes(5);
    private static final Duration LONGEST = Duration.ofDays(1);
    private static final Duration UNSAID = Duration.ofMinutes(15);
    private static final Duration AFTER_FAILURE = Duration.ofMinutes(1);
    private static final Pattern MAX_AGE = Pattern.compile("(?:^|[,\\s])max-age=(\\d{1,9})(?:$|[,\\s])");

    private record Kept(@Nullable Client client, long untilMillis) {}

    private final DocumentFetch fetch;
    private final InstantSource clock;
    private final Cache<String, Kept> kept =
            Caffeine.newBuilder().maximumSize(MOST_KEPT).build();

    ClientDocuments(DocumentFetch fetch, InstantSource clock) {
        this.fetch = fetch;
        this.clock = clock;
    }

    /** The address, if the id is one that may be fetched (section 3 of the draft). */
    static @Nullable URI address(String clientId) {
        if (!clientId.startsWith("https://") || clientId.length() > LONGEST_ID) {
            return null;
        }
        try {
            URI uri = URI.create(clientId);
            String path = uri.getRawPath();
            boolean good = uri.getHost() != null
                    && uri.getRawUserInfo() == null
                    && uri.getRawFragment() == null
                    && path != null
                    && path.length() > 1
                    && !(path + "/").contains("/./")
                    && !(path + "/").contains("/../");
            return good ? uri : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** Blocking. One fetch at a time for each id. */
    Optional<Client> find(String clientId) {
        URI address = address(clientId);
        if (address == null) {
            return Optional.empty();
        }
        long now = clock.millis();
        Kept known = kept.getIfPresent(clientId);
        if (known == null || known.untilMillis <= now) {
            known = kept.asMap()
                    .compute(
                            clientId,
                            (id, old) -> old != null && old.untilMillis > now ? old : fetch(id, address, now));
        }
        return Optional.ofNullable(known.client);
    }

    private Kept fetch(String clientId, URI address, long now) {
        Fetched fetched = fetch.get(address, MOST_BYTES);
        return switch (fetched) {
            case Fetched.Document document -> {
                Client client = read(clientId, document);
                Duration fresh = client == null ? AFTER_FAILURE : fresh(document.cacheControl());
                yield new Kept(client, now + fresh.toMillis());
            }
            case Fetched.Nothing nothing -> new Kept(null, now + AFTER_FAILURE.toMillis());
        };
    }

    private static @Nullable Client read(String clientId, Fetched.Document document) {
        if (document.status() != 200 || document.body().length > MOST_BYTES || !isJson(document.contentType())) {
            return null;
        }
        try {
            JSONObject json = JSONObjectUtils.parse(new String(document.body(), StandardCharsets.UTF_8));
            // MUST be identical, by simple string comparison, or anybody's document would make anybody's client.
            if (!clientId.equals(json.get("client_id")) || json.containsKey("client_secret")) {
                return null;
            }
            ClientMetadata metadata = ClientMetadata.parse(json);
            if (metadata.getTokenEndpointAuthMethod() == null) {
                metadata.setTokenEndpointAuthMethod(ClientAuthenticationMethod.NONE);
            }
            Client client = ClientMetadataReader.read(
                    clientId, Client.Kind.DOCUMENT, metadata, "", ClientMetadataReader.OF_STRANGERS, "");
            // A secret that stands in a public document is none.
            boolean shared = client.confidential()
                    && !client.authMethod().equals(ClientAuthenticationMethod.PRIVATE_KEY_JWT.getValue());
            return shared ? null : client;
        } catch (ParseException | OAuthRefusal e) {
            return null;
        }
    }

    private static boolean isJson(@Nullable String contentType) {
        if (contentType == null) {
            return false;
        }
        String essence = contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        return essence.equals("application/json") || essence.endsWith("+json");
    }

    private static Duration fresh(@Nullable String cacheControl) {
        String directives = cacheControl == null ? "" : cacheControl.toLowerCase(Locale.ROOT);
        Matcher maxAge = MAX_AGE.matcher(directives);
        Duration said = UNSAID;
        if (directives.contains("no-store") || directives.contains("no-cache")) {
            said = Duration.ZERO;
        } else if (maxAge.find()) {
            said = Duration.ofSeconds(Long.parseLong(maxAge.group(1)));
        }
        if (said.compareTo(SHORTEST) < 0) {
            return SHORTEST;
        }
        return said.compareTo(LONGEST) > 0 ? LONGEST : said;
    }
}

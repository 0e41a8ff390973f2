package dev.tollgate.oauth;

import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.auth.ClientAuthenticationMethod;
import com.nimbusds.oauth2.sdk.client.ClientMetadata;
import com.nimbusds.oauth2.sdk.util.JSONObjectUtils;
import dev.tollgate.upstream.Fetched;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import net.minidev.json.JSONObject;
import org.jspecify.annotations.Nullable;

/** Judges the addresses and the documents of clients that are documents (draft-ietf-oauth-client-id-metadata-document). */
final class ClientDocumentReader {
    private static final Duration LEAST = Duration.ofMinutes(5);
    private static final Duration UNSAID = Duration.ofMinutes(15);
    private static final Duration MOST = Duration.ofDays(1);
    private static final int LONGEST_ID = 1_000;
    private static final int OK = 200;
    private static final int NOT_FOUND = 404;
    private static final int GONE = 410;

    /** What an answer says of a client. */
    sealed interface Reading {
        /** It is one, and its document need not be asked for again for so long. */
        record Good(Client client, Duration freshFor) implements Reading {}

        /** There is none at that address: whoever rules there says so. */
        record NoClient() implements Reading {}

        /** Nothing: the place is away, or not itself. */
        record Unsaid() implements Reading {}
    }

    private ClientDocumentReader() {}

    /** The address, if the id is one that may be fetched (section 3 of the draft). */
    static Optional<URI> address(String clientId) {
        if (!clientId.startsWith("https://") || clientId.length() > LONGEST_ID) {
            return Optional.empty();
        }
        try {
            URI uri = URI.create(clientId);
            String path = uri.getRawPath();
            boolean good = uri.getHost() != null
                    && uri.getRawUserInfo() == null
                    && uri.getRawFragment() == null
                    && path != null
                    && path.length() > 1
                    && !hasDots(path);
            return good ? Optional.of(uri) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Segments of one or two dots, which a browser takes out, also where they are escaped (WHATWG URL, section 4.4). */
    private static boolean hasDots(String path) {
        String plain = path.toLowerCase(Locale.ROOT).replace("%2e", ".");
        return Arrays.stream(plain.split("/")).anyMatch(segment -> segment.equals(".") || segment.equals(".."));
    }

    static Reading read(String clientId, Fetched fetched) {
        return switch (fetched) {
            case Fetched.Nothing nothing -> new Reading.Unsaid();
            case Fetched.Document document
            when document.status() == NOT_FOUND || document.status() == GONE -> new Reading.NoClient();
            // A page in its place, perhaps that of whoever mends the server, is no word of the client's owner.
            case Fetched.Document document
            when document.status() != OK || !isJson(document.contentType()) -> new Reading.Unsaid();
            case Fetched.Document document ->
                client(clientId, document.body())
                        .<Reading>map(client -> new Reading.Good(client, document.freshFor(LEAST, UNSAID, MOST)))
                        .orElseGet(Reading.NoClient::new);
        };
    }

    private static Optional<Client> client(String clientId, byte[] body) {
        try {
            JSONObject json = JSONObjectUtils.parse(new String(body, StandardCharsets.UTF_8));
            // MUST be identical, by simple string comparison, or anybody's document would make anybody's client.
            if (!clientId.equals(json.get("client_id"))
                    || json.containsKey("client_secret")
                    || json.containsKey("client_secret_expires_at")) {
                return Optional.empty();
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
            return shared ? Optional.empty() : Optional.of(client);
        } catch (ParseException | OAuthRefusal e) {
            return Optional.empty();
        }
    }

    private static boolean isJson(@Nullable String contentType) {
        if (contentType == null) {
            return false;
        }
        String essence = contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        return essence.equals("application/json") || essence.endsWith("+json");
    }
}

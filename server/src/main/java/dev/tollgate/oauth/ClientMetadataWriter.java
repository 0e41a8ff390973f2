package dev.tollgate.oauth;

import com.nimbusds.oauth2.sdk.GrantType;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.auth.ClientAuthenticationMethod;
import com.nimbusds.oauth2.sdk.client.ClientMetadata;
import com.nimbusds.oauth2.sdk.util.JSONObjectUtils;
import dev.tollgate.kernel.Json;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/** What is kept of the metadata of clients (RFC 7591 section 2), and answered to them. */
final class ClientMetadataWriter {
    private ClientMetadataWriter() {}

    /** Whether such a client shows a secret. */
    static boolean needsSecret(ClientMetadata metadata) {
        ClientAuthenticationMethod method = metadata.getTokenEndpointAuthMethod();
        return method == null
                || method.equals(ClientAuthenticationMethod.CLIENT_SECRET_BASIC)
                || method.equals(ClientAuthenticationMethod.CLIENT_SECRET_POST);
    }

    /**
     * Judges what was asked for, and puts in what holds: that is what is answered (RFC 7591 section 3.2.1).
     *
     * @param account who pays for what the client does in its own name
     * @throws OAuthRefusal as {@link ClientMetadataReader#read}
     */
    static Client settle(String id, Client.Kind kind, ClientMetadata asked, String secretHash, String account) {
        Set<GrantType> allowed =
                kind == Client.Kind.STATIC ? ClientMetadataReader.ALL : ClientMetadataReader.OF_STRANGERS;
        Client client = ClientMetadataReader.read(id, kind, asked, secretHash, allowed, account);
        asked.setGrantTypes(client.grantTypes());
        asked.setTokenEndpointAuthMethod(ClientAuthenticationMethod.parse(client.authMethod()));
        asked.setName(client.name());
        asked.setJWKSetURI(client.jwksUri());
        requireReadable(asked);
        return client;
    }

    /** What the library writes it does not always read: better found out now than by each who asks for the client. */
    private static void requireReadable(ClientMetadata metadata) {
        try {
            ClientMetadata.parse(JSONObjectUtils.parse(text(metadata)));
        } catch (ParseException | IllegalArgumentException e) {
            throw ClientMetadataReader.invalid("The metadata holds a text that cannot be read.");
        }
    }

    /** As it is kept. */
    static String text(ClientMetadata metadata) {
        return metadata.toJSONObject(true).toJSONString();
    }

    /** The names of what is not the same in both, separated by spaces. */
    static String difference(String one, String other) {
        JsonNode first = Json.MAPPER.readTree(one);
        JsonNode second = Json.MAPPER.readTree(other);
        Set<String> names = new TreeSet<>(first.propertyNames());
        names.addAll(second.propertyNames());
        names.removeIf(name -> first.path(name).equals(second.path(name)));
        return String.join(" ", names);
    }
}

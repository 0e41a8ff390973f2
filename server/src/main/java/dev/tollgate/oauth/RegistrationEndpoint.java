package dev.tollgate.oauth;

import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.client.ClientInformation;
import com.nimbusds.oauth2.sdk.client.ClientMetadata;
import com.nimbusds.oauth2.sdk.client.ClientRegistrationRequest;
import com.nimbusds.oauth2.sdk.client.RegistrationError;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.id.ClientID;
import dev.tollgate.web.WebReply;
import dev.tollgate.web.WebRequest;
import net.minidev.json.JSONObject;

/** Where clients register themselves (RFC 7591). Nothing that they say is believed; a person who sees it decides. */
final class RegistrationEndpoint {
    static final String PATH = "/oauth/register";
    private static final int LONGEST = 8 << 10;
    private static final String NO_METADATA = "The body is no client metadata of RFC 7591, as JSON.";

    private final ClientDoor door;
    private final RateLimits limits;
    private final Clients clients;

    RegistrationEndpoint(ClientDoor door, RateLimits limits, Clients clients) {
        this.door = door;
        this.limits = limits;
        this.clients = clients;
    }

    WebReply handle(WebRequest request) {
        return door.answer(request, this::answer);
    }

    private WebReply answer(WebRequest request) {
        limits.count(RateLimits.Kind.REGISTER, request.clientAddress());
        if (request.body().length > LONGEST) {
            throw ClientMetadataReader.invalid("The metadata has more than 8 KB.");
        }
        HTTPRequest http = Messages.request(request, door.endpoint(request), Messages.body(request));
        ClientMetadata metadata;
        try {
            metadata = ClientRegistrationRequest.parse(http).getClientMetadata();
        } catch (ParseException e) {
            throw RegistrationError.INVALID_REDIRECT_URI.equals(e.getErrorObject())
                    ? Messages.refusal(e)
                    : ClientMetadataReader.invalid(NO_METADATA);
        } catch (RuntimeException e) {
            // The library's way with what it has not foreseen, such as a null in a list.
            throw ClientMetadataReader.invalid(NO_METADATA);
        }
        metadata.setCustomFields(known(metadata));
        Clients.NewClient made = clients.register(metadata);
        ClientInformation information = new ClientInformation(
                new ClientID(made.client().id()),
                AccessTokens.at(made.createdAtMillis()),
                made.metadata(),
                made.secret().isEmpty() ? null : new Secret(made.secret()));
        return Messages.json(201, information.toJSONObject());
    }

    /** Of what the library does not know, the one field that we do; others mean nothing and are not kept. */
    private static JSONObject known(ClientMetadata metadata) {
        JSONObject known = new JSONObject();
        Object redirects = metadata.getCustomField(ClientMetadataReader.POST_LOGOUT);
        if (redirects != null) {
            known.put(ClientMetadataReader.POST_LOGOUT, redirects);
        }
        return known;
    }
}

package dev.tollgate.oauth;

import com.nimbusds.oauth2.sdk.GrantType;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.auth.ClientAuthenticationMethod;
import com.nimbusds.oauth2.sdk.client.ClientMetadata;
import dev.tollgate.identity.Apps;
import dev.tollgate.identity.people.People;
import dev.tollgate.kernel.Refusal;
import java.time.Instant;
import java.util.List;
import net.minidev.json.JSONArray;
import net.minidev.json.JSONObject;

/** Clients of administrators' making, as those see them. */
final class VouchedApps implements Apps {
    private static final String CORRECT = "Correct the app's description.";

    private final Clients clients;
    private final Grants grants;
    private final OwnGrants own;

    VouchedApps(Clients clients, Grants grants, OwnGrants own) {
        this.clients = clients;
        this.grants = grants;
        this.own = own;
    }

    @Override
    public List<App> list() {
        return clients.vouchedFor().stream()
                .map(kept -> app(kept.client(), kept.createdAtMillis()))
                .toList();
    }

    private App app(Client client, long createdAtMillis) {
        return new App(
                client.id(),
                client.name(),
                client.redirectUris(),
                client.grantTypes().stream().map(GrantType::getValue).sorted().toList(),
                !client.confidential(),
                client.scopes(),
                client.account(),
                own.isRevoked(client.id()),
                Instant.ofEpochMilli(createdAtMillis));
    }

    @Override
    public NewApp create(Draft draft, String actor) {
        if (draft.name().isBlank() || draft.name().length() > LONGEST_NAME) {
            throw Refusal.invalid("A name has 1 to " + LONGEST_NAME + " characters.", CORRECT);
        }
        People.requireLabels(draft.account(), null);
        Clients.NewClient made = clients.create(metadata(draft), draft.account(), actor);
        return new NewApp(app(made.client(), made.createdAtMillis()), made.secret());
    }

    /** By RFC 7591. Nothing that was asked for is left out in silence, as it is for clients that register themselves. */
    private static ClientMetadata metadata(Draft draft) {
        List<String> grantTypes = draft.grantTypes().isEmpty() ? usual(draft) : draft.grantTypes();
        JSONObject json = new JSONObject();
        json.put("client_name", draft.name().strip());
        json.put("redirect_uris", array(draft.redirectUris()));
        json.put("grant_types", array(grantTypes));
        json.put("response_types", array(draft.redirectUris().isEmpty() ? List.of() : List.of("code")));
        json.put(
                "token_endpoint_auth_method",
                (draft.publicClient()
                                ? ClientAuthenticationMethod.NONE
                                : ClientAuthenticationMethod.CLIENT_SECRET_BASIC)
                        .getValue());
        try {
            for (String grantType : grantTypes) {
                if (!ClientMetadataReader.ALL.contains(GrantType.parse(grantType))) {
                    throw Refusal.invalid("There is no such grant type here.", CORRECT);
                }
            }
            if (!draft.scopes().isEmpty()) {
                json.put("scope", Scopes.joined(Scopes.asked(draft.scopes())));
            }
            return ClientMetadata.parse(json);
        } catch (ParseException e) {
            throw Refusal.invalid("The redirect URIs or the grant types are not well formed.", CORRECT);
        } catch (OAuthRefusal e) {
            throw Refusal.invalid(String.valueOf(e.error().getDescription()), CORRECT);
        }
    }

    private static List<String> usual(Draft draft) {
        return draft.redirectUris().isEmpty()
                ? List.of(GrantType.CLIENT_CREDENTIALS.getValue())
                : List.of(GrantType.AUTHORIZATION_CODE.getValue(), GrantType.REFRESH_TOKEN.getValue());
    }

    private static JSONArray array(List<String> texts) {
        JSONArray array = new JSONArray();
        array.addAll(texts);
        return array;
    }

    @Override
    public App revoke(String id, String actor) {
        Clients.Kept kept = kept(id);
        if (kept.client().grantTypes().contains(GrantType.CLIENT_CREDENTIALS)) {
            own.of(kept.client()); // made if there is none yet: its end is what is remembered
        }
        grants.revokeClient(id, actor);
        return app(kept.client(), kept.createdAtMillis());
    }

    @Override
    public App allow(String id, String actor) {
        Clients.Kept kept = kept(id);
        if (own.isRevoked(id)) {
            own.allow(kept.client(), actor);
        }
        return app(kept.client(), kept.createdAtMillis());
    }

    private Clients.Kept kept(String id) {
        return clients.vouchedFor().stream()
                .filter(each -> each.client().id().equals(id))
                .findFirst()
                .orElseThrow(() -> Refusal.notFound("There is no such app.", "List them: tollgate app list"));
    }

    @Override
    public void remove(String id, String actor) {
        // First the client: from then on nobody can allow it anything new.
        clients.delete(id, actor);
        grants.revokeClient(id, actor);
    }
}

package dev.tollgate.oauth;

import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.oauth2.sdk.JWTBearerGrant;
import com.nimbusds.oauth2.sdk.OAuth2Error;
import com.nimbusds.oauth2.sdk.token.TokenTypeURI;
import com.nimbusds.oauth2.sdk.tokenexchange.TokenExchangeGrant;
import dev.tollgate.kernel.Ids;
import dev.tollgate.kernel.store.Store;
import dev.tollgate.oauth.SubjectTokens.Judgement;
import dev.tollgate.oauth.SubjectTokens.Presented;
import dev.tollgate.oauth.TokenEndpoint.Asked;
import dev.tollgate.web.WebReply;
import java.text.ParseException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Tokens without a page: a client in its own name, our own token for another resource, a token of an issuer that is trusted. */
final class ExchangeFlows {
    /** RFC 8693 section 2.2.2 calls for invalid_request; one text for all that can be wrong. */
    private static final String NOT_ACCEPTED = "The token that was presented is not accepted here.";

    /** A token ends with each of those that it came of: there are only so many to look at. */
    private static final int MOST_EXCHANGES = 5;

    private final Store store;
    private final Grants grants;
    private final OwnGrants own;
    private final AccessTokens accessTokens;
    private final Audiences audiences;
    private final SubjectTokens others;
    private final InstantSource clock;
    private final OAuthSettings settings;

    ExchangeFlows(
            Store store,
            Grants grants,
            OwnGrants own,
            AccessTokens accessTokens,
            Audiences audiences,
            SubjectTokens others,
            InstantSource clock,
            OAuthSettings settings) {
        this.store = store;
        this.grants = grants;
        this.own = own;
        this.accessTokens = accessTokens;
        this.audiences = audiences;
        this.others = others;
        this.clock = clock;
        this.settings = settings;
    }

    /** RFC 6749 section 4.4. */
    WebReply clientCredentials(Asked asked) {
        Client client = asked.client();
        if (!client.confidential()) {
            throw OAuthRefusal.invalidClient("Only a client that authenticates may act in its own name.");
        }
        String resource = target(asked, audiences.issuer());
        List<String> scopes = AuthorizationRequests.allowed(client, asked.scopes(), audiences.usualScopes(resource));
        // What nobody has allowed it by name, it cannot give itself.
        if (client.scopes().isEmpty() && !Scopes.covers(Scopes.DEFAULT, scopes)) {
            throw OAuthRefusal.invalidScope("This client may ask for " + Scopes.joined(Scopes.DEFAULT) + " alone.");
        }
        AccessGrant grant = own.of(client)
                .orElseThrow(
                        () -> OAuthRefusal.of(
                                OAuth2Error.UNAUTHORIZED_CLIENT,
                                "An administrator has ended what this client may do in its own name, and must allow it again."));
        return issue(asked, grant, scopes, resource, Long.MAX_VALUE);
    }

    /**
     * What the token is to be for. A client cannot choose another audience than the usual one for itself: an administrator
     * must have named it among the scopes of that client (RFC 8693 section 2.1, RFC 8707 section 3).
     */
    private String target(Asked asked, String usual) {
        String wanted = asked.resource();
        if (wanted == null || wanted.equals(usual)) {
            return usual;
        }
        Client client = asked.client();
        if (client.kind() != Client.Kind.STATIC || !audiences.named(wanted, client.scopes())) {
            throw OAuthRefusal.invalidTarget("This client may not have a token for that resource.");
        }
        return wanted;
    }

    /** RFC 8693. */
    WebReply exchange(Asked asked, TokenExchangeGrant grant) {
        if (grant.getActorToken() != null) {
            throw OAuthRefusal.invalidRequest("actor_token is not supported.");
        }
        TokenTypeURI wanted = grant.getRequestedTokenType();
        boolean access = wanted == null || wanted.equals(TokenTypeURI.ACCESS_TOKEN) || wanted.equals(TokenTypeURI.JWT);
        if (!access) {
            throw OAuthRefusal.invalidRequest("requested_token_type must be that of an access token.");
        }
        String token = grant.getSubjectToken().getValue();
        String type = grant.getSubjectTokenType().toString();
        AccessTokens.Verified ours = accessTokens.verify(token, clock.millis());
        return ours == null ? foreign(asked, presented(asked, token, type, false)) : ours(asked, ours);
    }

    /** One of ours, for another resource or for less. It ends with the sign-in that it came of. */
    private WebReply ours(Asked asked, AccessTokens.Verified subject) {
        boolean entitled = asked.client().confidential()
                || subject.clientId().equals(asked.client().id());
        // A stolen token that is bound to a key must not be turned into one that is not.
        boolean bound = subject.jkt().isEmpty() || subject.jkt().equals(asked.jkt());
        if (!entitled || !bound) {
            throw OAuthRefusal.invalidRequest(NOT_ACCEPTED);
        }
        List<String> scopes = asked.scopes().isEmpty() ? subject.scopes() : Scopes.asked(asked.scopes());
        if (!Scopes.covers(subject.scopes(), scopes)) {
            throw OAuthRefusal.invalidScope("An exchange gives no more than the token that it is for.");
        }
        if (subject.families().size() >= MOST_EXCHANGES) {
            throw OAuthRefusal.invalidRequest("That token has come of too many exchanges. Exchange an earlier one.");
        }
        String resource = target(asked, subject.audience());
        AccessGrant grant = grants.find(subject.grantId()).orElseThrow(() -> OAuthRefusal.invalidRequest(NOT_ACCEPTED));
        List<String> families = new ArrayList<>();
        families.add(begin(grant, asked.client().id(), scopes, resource, subject.expiresAtMillis()));
        families.addAll(subject.families());
        Client client = asked.client();
        AccessTokens.Issued issued = accessTokens.issue(
                new AccessTokens.Draft(grant, families, client.id(), client.origins(), scopes, resource, asked.jkt()),
                subject.expiresAtMillis());
        return answer(asked, issued, scopes);
    }

    /** RFC 7523, and ID-JAG, which is one. */
    WebReply assertion(Asked asked, JWTBearerGrant grant) {
        return foreign(asked, presented(asked, grant.getAssertion(), TokenTypeURI.JWT.toString(), true));
    }

    /**
     * RFC 7521 section 4.1.1 wants the same error for one that is no JWT as for one that is not accepted; the library has another.
     *
     * @param assertion null: that there is none is for the library to say
     */
    static void requireJwt(@Nullable String assertion) {
        try {
            if (assertion != null) {
                SignedJWT.parse(assertion);
            }
        } catch (ParseException e) {
            throw OAuthRefusal.of(OAuth2Error.INVALID_GRANT, NOT_ACCEPTED);
        }
    }

    private static Presented presented(Asked asked, String token, String type, boolean assertion) {
        return new Presented(
                token,
                type,
                assertion,
                asked.client(),
                asked.scopes(),
                asked.resource(),
                asked.request().clientAddress());
    }

    private WebReply foreign(Asked asked, Presented presented) {
        return switch (others.judge(presented)) {
            case Judgement.Accepted accepted ->
                issue(
                        asked,
                        accepted.grant(),
                        accepted.scopes(),
                        accepted.resource(),
                        accepted.latest().toEpochMilli());
            case Judgement.Refused refused ->
                throw presented.assertion()
                        ? OAuthRefusal.of(OAuth2Error.INVALID_GRANT, NOT_ACCEPTED)
                        : OAuthRefusal.invalidRequest(NOT_ACCEPTED);
        };
    }

    /** It names the grant's client, by which what it costs is counted, whoever has brought what it is for. */
    private WebReply issue(Asked asked, AccessGrant grant, List<String> scopes, String resource, long latestMillis) {
        long ends = clock.millis() + settings.accessToken().toMillis();
        String family = begin(grant, grant.clientId(), scopes, resource, ends);
        Client client = asked.client();
        List<String> origins = grant.clientId().equals(client.id()) ? client.origins() : List.of();
        AccessTokens.Issued issued = accessTokens.issue(
                new AccessTokens.Draft(
                        grant, List.of(family), grant.clientId(), origins, scopes, resource, asked.jkt()),
                latestMillis);
        return answer(asked, issued, scopes);
    }

    /** A family for this one token, so that it can be revoked, and nothing else with it. */
    private String begin(AccessGrant grant, String clientId, List<String> scopes, String resource, long endsMillis) {
        long now = clock.millis();
        TokenFamily family = new TokenFamily(
                Ids.sortable("fam", now), grant.id(), clientId, scopes, resource, "", 0, List.of(), now, endsMillis, 0);
        store.write(tx -> {
            FamilyTable.insert(tx.handle(), family);
            return family;
        });
        return family.id();
    }

    private static WebReply answer(Asked asked, AccessTokens.Issued issued, List<String> scopes) {
        boolean exchange = TokenExchangeGrant.GRANT_TYPE
                .getValue()
                .equals(asked.request().form().get("grant_type"));
        // RFC 8693 section 2.2.1 requires it there, and there alone.
        Map<String, Object> more =
                exchange ? Map.of("issued_token_type", TokenTypeURI.ACCESS_TOKEN.toString()) : Map.of();
        return SignInFlows.answer(issued, scopes, asked.jkt(), null, more);
    }
}

package dev.tollgate.oauth;

import com.nimbusds.oauth2.sdk.AccessTokenResponse;
import com.nimbusds.oauth2.sdk.AuthorizationCodeGrant;
import com.nimbusds.oauth2.sdk.OAuth2Error;
import com.nimbusds.oauth2.sdk.RefreshTokenGrant;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.device.DeviceAuthorizationGrantError;
import com.nimbusds.oauth2.sdk.device.DeviceCodeGrant;
import com.nimbusds.oauth2.sdk.token.AccessToken;
import com.nimbusds.oauth2.sdk.token.BearerAccessToken;
import com.nimbusds.oauth2.sdk.token.DPoPAccessToken;
import com.nimbusds.oauth2.sdk.token.RefreshToken;
import com.nimbusds.oauth2.sdk.token.Tokens;
import dev.tollgate.kernel.Events;
import dev.tollgate.kernel.Notice;
import dev.tollgate.oauth.Redemption.Redeemed;
import dev.tollgate.oauth.TokenEndpoint.Asked;
import dev.tollgate.web.WebReply;
import java.net.URI;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Tokens that come of a person's sign-in: by code, by refresh token, by device. */
final class SignInFlows {
    private final Clients clients;
    private final AuthorizationCodes codes;
    private final RefreshTokens refreshTokens;
    private final DeviceCodes devices;
    private final AccessTokens accessTokens;
    private final IdTokens idTokens;
    private final Persons persons;
    private final Events events;
    private final InstantSource clock;

    SignInFlows(
            Clients clients,
            AuthorizationCodes codes,
            RefreshTokens refreshTokens,
            DeviceCodes devices,
            AccessTokens accessTokens,
            IdTokens idTokens,
            Persons persons,
            Events events,
            InstantSource clock) {
        this.clients = clients;
        this.codes = codes;
        this.refreshTokens = refreshTokens;
        this.devices = devices;
        this.accessTokens = accessTokens;
        this.idTokens = idTokens;
        this.persons = persons;
        this.events = events;
        this.clock = clock;
    }

    /** RFC 6749 section 4.1.3. */
    WebReply code(Asked asked, AuthorizationCodeGrant grant) {
        URI redirect = grant.getRedirectionURI();
        Redemption outcome = codes.redeem(new AuthorizationCodes.Presented(
                grant.getAuthorizationCode().getValue(),
                asked.client(),
                redirect == null ? null : redirect.toString(),
                grant.getCodeVerifier(),
                asked.jkt(),
                asked.resource()));
        return switch (outcome) {
            case Redeemed redeemed -> tokens(asked, redeemed, redeemed.family().scopes(), true);
            case Redemption.Refused refused -> throw OAuthRefusal.invalidGrant(refused.description());
            case Redemption.Unfit unfit -> throw unfit.refusal();
            case Redemption.Reused reused -> throw reused(reused, "An authorization code");
        };
    }

    /** RFC 6749 section 6. */
    WebReply refresh(Asked asked, RefreshTokenGrant grant) {
        try {
            Redemption outcome = refreshTokens.redeem(
                    grant.getRefreshToken().getValue(),
                    asked.client(),
                    asked.jkt(),
                    (family, allowed) -> fault(asked, family, allowed));
            return switch (outcome) {
                case Redeemed redeemed -> refreshed(asked, redeemed);
                case Redemption.Refused refused -> throw OAuthRefusal.invalidGrant(refused.description());
                case Redemption.Unfit unfit -> throw unfit.refusal();
                case Redemption.Reused reused -> throw reused(reused, "A refresh token");
            };
        } catch (OAuthRefusal e) {
            boolean over = OAuth2Error.INVALID_GRANT_CODE.equals(e.error().getCode());
            if (over && asked.client().id().equals(Clients.CLAUDE_CODE)) {
                // It signs its person out at 401 alone, and takes 400 for a failure that may pass.
                return Messages.error(e.error(), 401);
            }
            throw e;
        }
    }

    private static @Nullable OAuthRefusal fault(Asked asked, TokenFamily family, AccessGrant grant) {
        String resource = asked.resource();
        if (resource != null && !resource.equals(family.resource())) {
            return OAuthRefusal.invalidTarget("resource is not that of the sign-in.");
        }
        // RFC 6749 section 6: the same or less; the successor keeps the scopes of the sign-in.
        return Scopes.covers(most(family, grant), asked.scopes())
                ? null
                : OAuthRefusal.invalidScope("A refresh gives no more than the sign-in did.");
    }

    private static List<String> most(TokenFamily family, AccessGrant grant) {
        return Scopes.both(family.scopes(), grant.scopes());
    }

    private WebReply refreshed(Asked asked, Redeemed redeemed) {
        List<String> scopes = asked.scopes().isEmpty() ? most(redeemed.family(), redeemed.grant()) : asked.scopes();
        return tokens(asked, redeemed, scopes, false);
    }

    /** RFC 8628 section 3.5. */
    WebReply device(Asked asked, DeviceCodeGrant grant) {
        DeviceCodes.Poll poll = devices.poll(grant.getDeviceCode().getValue(), asked.client(), asked.jkt());
        return switch (poll) {
            case DeviceCodes.Poll.Approved approved ->
                tokens(asked, approved.redeemed(), approved.redeemed().family().scopes(), true);
            case DeviceCodes.Poll.Pending pending ->
                throw OAuthRefusal.of(DeviceAuthorizationGrantError.AUTHORIZATION_PENDING, "Nobody has decided yet.");
            case DeviceCodes.Poll.SlowDown slower -> throw OAuthRefusal.slowDown();
            case DeviceCodes.Poll.Denied denied ->
                throw OAuthRefusal.of(OAuth2Error.ACCESS_DENIED, "The sign-in was refused.")
                        .at(400);
            case DeviceCodes.Poll.Expired expired ->
                throw OAuthRefusal.of(
                        DeviceAuthorizationGrantError.EXPIRED_TOKEN, "The code has expired. Start the sign-in again.");
            case DeviceCodes.Poll.Invalid invalid ->
                throw OAuthRefusal.invalidGrant("The device code is unknown or used. Start the sign-in again.");
        };
    }

    private OAuthRefusal reused(Redemption.Reused reused, String what) {
        TokenFamily family = reused.family();
        events.publish(new Notice(
                clock.instant(),
                "oauth.token_reused",
                family.grantId(),
                what + " of the app " + family.clientId() + " was used twice; that sign-in has been ended.",
                "If it goes on, somebody may have a copy: take the access back at /access or with: tollgate person grant"
                        + " revoke " + family.grantId() + "; then sign in again."));
        return OAuthRefusal.invalidGrant(reused.description());
    }

    private WebReply tokens(Asked asked, Redeemed redeemed, List<String> scopes, boolean signedIn) {
        AccessGrant grant = redeemed.grant();
        TokenFamily family = redeemed.family();
        String personId = grant.personId();
        Optional<Persons.Profile> person = personId == null ? Optional.empty() : persons.active(personId);
        if (personId != null && person.isEmpty()) {
            throw OAuthRefusal.invalidGrant("The person may not sign in any more.");
        }
        // Asked again each time: whoever administered when it was allowed may not do so any more.
        List<String> possible =
                person.map(each -> Scopes.possible(scopes, each.administers())).orElse(scopes);
        if (possible.isEmpty()) {
            throw OAuthRefusal.invalidScope("The person does not administer this gate.");
        }
        AccessTokens.Issued access = accessTokens.issue(
                new AccessTokens.Draft(
                        grant,
                        List.of(family.id()),
                        asked.client().id(),
                        asked.client().origins(),
                        possible,
                        family.resource(),
                        asked.jkt()),
                family.expiresAtMillis());
        if (signedIn) {
            clients.consented(asked.client());
        }
        Map<String, Object> more = new LinkedHashMap<>();
        if (person.isPresent() && scopes.contains(Scopes.OPENID)) {
            more.put("id_token", idTokens.issue(person.get(), family, redeemed.nonce()));
        }
        if (person.isPresent() && signedIn && asked.client().kind() == Client.Kind.BUILT_IN) {
            more.put("email", person.get().email());
        }
        RefreshToken refresh = redeemed.refreshToken().isEmpty() ? null : new RefreshToken(redeemed.refreshToken());
        return answer(access, possible, asked.jkt(), refresh, more);
    }

    /** RFC 6749 section 5.1. */
    static WebReply answer(
            AccessTokens.Issued access,
            List<String> scopes,
            String jkt,
            @Nullable RefreshToken refresh,
            Map<String, Object> more) {
        Scope scope = Scope.parse(scopes);
        AccessToken token = jkt.isEmpty()
                ? new BearerAccessToken(access.text(), access.expiresInSeconds(), scope)
                : new DPoPAccessToken(access.text(), access.expiresInSeconds(), scope);
        return Messages.json(200, new AccessTokenResponse(new Tokens(token, refresh), more).toJSONObject());
    }
}

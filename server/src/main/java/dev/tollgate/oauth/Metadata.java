package dev.tollgate.oauth;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.oauth2.sdk.GrantType;
import com.nimbusds.oauth2.sdk.ResponseMode;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.auth.ClientAuthenticationMethod;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.openid.connect.sdk.SubjectType;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import net.minidev.json.JSONArray;
import net.minidev.json.JSONObject;

/** What the server says of itself: RFC 8414, OpenID Connect Discovery, and of the model API RFC 9728. */
final class Metadata {
    private final Audiences audiences;
    private final List<ServerEndpoint> endpoints;

    Metadata(Audiences audiences, List<ServerEndpoint> endpoints) {
        this.audiences = audiences;
        this.endpoints = List.copyOf(endpoints);
    }

    /** One document for both standards: they use the same names. */
    JSONObject server() {
        URI keys = audiences.endpoint(MachineEndpoints.JWKS_PATH);
        OIDCProviderMetadata metadata =
                new OIDCProviderMetadata(new Issuer(audiences.issuer()), List.of(SubjectType.PUBLIC), keys);
        metadata.setScopes(Scope.parse(Scopes.LISTED));
        metadata.setResponseTypes(List.of(ResponseType.CODE));
        metadata.setResponseModes(List.of(ResponseMode.QUERY));
        metadata.setGrantTypes(sorted(ClientMetadataReader.ALL));
        metadata.setCodeChallengeMethods(List.of(CodeChallengeMethod.S256));
        metadata.setTokenEndpointAuthMethods(ClientMetadataReader.METHODS);
        metadata.setTokenEndpointJWSAlgs(AssertionKeys.ALGORITHMS);
        metadata.setRevocationEndpointAuthMethods(ClientMetadataReader.METHODS);
        metadata.setRevocationEndpointJWSAlgs(AssertionKeys.ALGORITHMS);
        metadata.setIntrospectionEndpointAuthMethods(ClientMetadataReader.METHODS.stream()
                .filter(method -> !method.equals(ClientAuthenticationMethod.NONE))
                .toList());
        metadata.setIntrospectionEndpointJWSAlgs(AssertionKeys.ALGORITHMS);
        metadata.setDPoPJWSAlgs(List.copyOf(DpopProofs.ALGORITHMS));
        metadata.setIDTokenJWSAlgs(List.of(JWSAlgorithm.ES256));
        metadata.setClaims(IdTokens.CLAIMS);
        metadata.setSupportsAuthorizationResponseIssuerParam(true);
        metadata.setSupportsRequestParam(false);
        metadata.setSupportsRequestURIParam(false);
        JSONObject json = metadata.toJSONObject();
        json.put("client_id_metadata_document_supported", true);
        // Only what is there: each endpoint is named by its own declaration.
        for (ServerEndpoint each : endpoints) {
            if (!each.metadataName().isEmpty()) {
                json.put(each.metadataName(), audiences.endpoint(each.path()).toString());
            }
        }
        return json;
    }

    /** The gate's model API as a protected resource (RFC 9728 section 2). */
    JSONObject resource() {
        JSONObject json = new JSONObject();
        json.put("resource", audiences.issuer());
        json.put("authorization_servers", strings(List.of(audiences.issuer())));
        json.put("jwks_uri", audiences.endpoint(MachineEndpoints.JWKS_PATH).toString());
        json.put("scopes_supported", strings(List.of(Scopes.MODELS, Scopes.USAGE)));
        json.put("bearer_methods_supported", strings(List.of("header")));
        json.put(
                "dpop_signing_alg_values_supported",
                strings(List.of(DpopProofs.names().split(" "))));
        json.put("resource_name", "Tollgate");
        return json;
    }

    private static List<GrantType> sorted(Set<GrantType> types) {
        List<GrantType> sorted = new ArrayList<>(types);
        sorted.sort(Comparator.comparing(GrantType::getValue));
        return sorted;
    }

    private static JSONArray strings(List<String> texts) {
        JSONArray array = new JSONArray();
        array.addAll(texts);
        return array;
    }
}

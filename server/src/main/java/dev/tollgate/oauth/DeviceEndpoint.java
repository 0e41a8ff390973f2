package dev.tollgate.oauth;

import com.nimbusds.oauth2.sdk.GrantType;
import com.nimbusds.oauth2.sdk.OAuth2Error;
import com.nimbusds.oauth2.sdk.device.DeviceAuthorizationRequest;
import com.nimbusds.oauth2.sdk.device.DeviceAuthorizationSuccessResponse;
import com.nimbusds.oauth2.sdk.device.DeviceCode;
import com.nimbusds.oauth2.sdk.device.UserCode;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import dev.tollgate.web.WebReply;
import dev.tollgate.web.WebRequest;
import java.net.URI;
import java.util.List;
import java.util.Map;

/** Where devices begin a sign-in (RFC 8628 section 3.1). Claude Code names neither itself nor a scope. */
final class DeviceEndpoint {
    static final String PATH = "/oauth/device_authorization";
    /** Of the page on which the person types the code. */
    static final String VERIFICATION_PATH = "/device";

    private final ClientDoor door;
    private final RateLimits limits;
    private final Audiences audiences;
    private final DeviceCodes devices;
    private final OAuthSettings settings;

    DeviceEndpoint(
            ClientDoor door, RateLimits limits, Audiences audiences, DeviceCodes devices, OAuthSettings settings) {
        this.door = door;
        this.limits = limits;
        this.audiences = audiences;
        this.devices = devices;
        this.settings = settings;
    }

    WebReply handle(WebRequest request) {
        return door.answer(request, this::answer);
    }

    private WebReply answer(WebRequest request) {
        limits.count(RateLimits.Kind.DEVICE_START, request.clientAddress());
        HTTPRequest http = door.message(request, true);
        DeviceAuthorizationRequest message = Messages.read(() -> DeviceAuthorizationRequest.parse(http));
        Client client = door.client(request, message.getClientAuthentication(), message.getClientID());
        if (!client.grantTypes().contains(GrantType.DEVICE_CODE)) {
            throw OAuthRefusal.of(OAuth2Error.UNAUTHORIZED_CLIENT, "This client may not sign in by device code.");
        }
        List<String> asked =
                message.getScope() == null ? List.of() : message.getScope().toStringList();
        List<String> resources = request.form().all("resource");
        if (resources.size() > 1) {
            throw OAuthRefusal.invalidTarget("Ask for one resource at a time.");
        }
        String resource = resources.isEmpty() ? audiences.issuer() : audiences.asked(resources.getFirst());
        List<String> scopes = AuthorizationRequests.allowed(client, asked, audiences.usualScopes(resource));
        DeviceCodes.Issued issued = devices.issue(client, scopes, resource, request.clientAddress());
        URI page = audiences.endpoint(VERIFICATION_PATH);
        Map<String, Object> more =
                settings.loginNotice().isEmpty() ? Map.of() : Map.of("login_notice", settings.loginNotice());
        return Messages.json(
                200,
                new DeviceAuthorizationSuccessResponse(
                                new DeviceCode(issued.deviceCode()),
                                new UserCode(issued.userCode()),
                                page,
                                URI.create(page + "?user_code=" + issued.userCode()),
                                issued.expiresInSeconds(),
                                DeviceCodes.POLL_SECONDS,
                                more)
                        .toJSONObject());
    }
}

package dev.tollgate.oauth;

import dev.tollgate.front.Route.Authentication;
import dev.tollgate.front.Route.Egress;
import dev.tollgate.web.WebRoutes;
import io.vertx.core.http.HttpMethod;
import java.util.List;

/**
 * One endpoint, and what the metadata calls it: both come from here, so that the metadata cannot tell of one that does not
 * exist.
 *
 * @param metadataName such as {@code token_endpoint}; empty: the metadata does not list it
 */
public record ServerEndpoint(
        String metadataName,
        List<HttpMethod> methods,
        String path,
        Authentication authentication,
        Egress egress,
        WebRoutes.Endpoint endpoint) {
    public ServerEndpoint {
        methods = List.copyOf(methods);
    }
}

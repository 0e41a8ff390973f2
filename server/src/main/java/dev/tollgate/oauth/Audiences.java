package dev.tollgate.oauth;

import java.net.URI;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What tokens can be for (RFC 8707): the gate itself, which is the model API, and each MCP server behind it. */
final class Audiences {
    private static final String MCP = "/mcp/";

    private final Supplier<String> issuer;

    /**
     * Under an address.
     *
     * @param issuer the gate's address without a slash at its end
     */
    Audiences(Supplier<String> issuer) {
        this.issuer = issuer;
    }

    String issuer() {
        return issuer.get();
    }

    URI endpoint(String path) {
        return URI.create(issuer.get() + path);
    }

    /**
     * The audience that was asked for; the gate where none was.
     *
     * @throws OAuthRefusal {@code invalid_target}
     */
    String asked(@Nullable List<URI> resources) {
        if (resources == null || resources.isEmpty()) {
            return issuer.get();
        }
        if (resources.size() > 1) {
            throw OAuthRefusal.invalidTarget(
                    "Ask for one resource at a time: a token for two could be used by one at the other.");
        }
        return asked(resources.getFirst().toString());
    }

    String asked(String resource) {
        String known = issuer.get();
        String text = resource.endsWith("/") ? resource.substring(0, resource.length() - 1) : resource;
        boolean here =
                text.equals(known) || (text.startsWith(known + MCP) && text.indexOf('#') < 0 && text.indexOf('?') < 0);
        if (!here) {
            throw OAuthRefusal.invalidTarget(
                    "resource must be this server's address or that of one of its MCP servers.");
        }
        return text;
    }
}

package dev.tollgate.oauth;

import java.net.URI;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What tokens can be for (RFC 8707): the gate itself, which is the model API, and each MCP server behind it. */
final class Audiences {
    private static final String MCP = "/mcp/";
    /** As long as a scope's, and nothing that a store or a path stumbles over. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._~/@:%-]{1,200}");

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
        String text = resource.endsWith("/") ? resource.substring(0, resource.length() - 1) : resource;
        if (!known(text)) {
            throw OAuthRefusal.invalidTarget(
                    "resource must be this server's address or that of one of its MCP servers.");
        }
        return text;
    }

    /** Whether it is one that tokens are issued for. */
    boolean known(String audience) {
        String gate = issuer.get();
        return audience.equals(gate)
                || (audience.startsWith(gate + MCP)
                        && NAME.matcher(audience.substring(gate.length() + MCP.length()))
                                .matches());
    }
}

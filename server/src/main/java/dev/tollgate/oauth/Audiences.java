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
        return resources == null || resources.isEmpty()
                ? issuer.get()
                : one(resources.stream().map(URI::toString).toList());
    }

    /**
     * The one audience that was asked for in all these ways.
     *
     * @throws OAuthRefusal {@code invalid_target} if there are two, or it is none of ours
     */
    String one(List<String> resources) {
        List<String> different = resources.stream().distinct().toList();
        if (different.size() > 1) {
            throw OAuthRefusal.invalidTarget(
                    "Ask for one resource at a time: a token for two could be used by one at the other.");
        }
        return asked(different.getFirst());
    }

    /** What a token for that audience is for at the least: {@code mcp:<server>}; of the gate itself, the default. */
    List<String> usualScopes(String audience) {
        String known = issuer.get() + MCP;
        String scope = audience.startsWith(known) ? Scopes.ofServer(audience.substring(known.length())) : null;
        return scope == null ? Scopes.DEFAULT : List.of(scope);
    }

    /** Whether one of these scopes names the audience: of an MCP server its own or a tool's, of the gate any other. */
    boolean named(String audience, List<String> scopes) {
        List<String> usual = usualScopes(audience);
        if (usual.equals(Scopes.DEFAULT)) {
            return audience.equals(issuer.get())
                    && scopes.stream().anyMatch(scope -> !scope.startsWith(Scopes.SERVERS));
        }
        String server = usual.getFirst();
        return scopes.stream().anyMatch(scope -> scope.equals(server) || scope.startsWith(server + ":"));
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

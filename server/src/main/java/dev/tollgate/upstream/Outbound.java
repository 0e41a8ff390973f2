package dev.tollgate.upstream;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;

/**
 * What goes to a provider, but for the secret.
 *
 * @param pathAndQuery below the provider's base address
 * @param headers already sorted out; without {@code host}, {@code content-length} and any credential
 */
public record Outbound(HttpMethod method, String pathAndQuery, MultiMap headers, Buffer body) {}

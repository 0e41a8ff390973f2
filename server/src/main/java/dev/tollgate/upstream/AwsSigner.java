package dev.tollgate.upstream;

import dev.tollgate.vault.open.OpenedSecret;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufInputStream;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.internal.buffer.BufferInternal;
import java.net.URI;
import java.time.Clock;
import java.time.InstantSource;
import java.time.ZoneOffset;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.SignedRequest;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.AwsSessionCredentialsIdentity;

/**
 * Signs a request to Amazon Bedrock over the very bytes that are sent (<a
 * href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html">Signature Version 4</a>), by AWS's own signer. It
 * wants the key as text, and keeps what it derives from it in memory.
 */
final class AwsSigner {
    private static final String SERVICE = "bedrock";

    private final AwsV4HttpSigner signer = AwsV4HttpSigner.create();
    private final Clock clock;

    AwsSigner(InstantSource clock) {
        this.clock = clock.withZone(ZoneOffset.UTC);
    }

    /**
     * Adds the signature's headers to the request's. Signed are the host, the type of the content, its digest and what AWS
     * adds; the other headers may be changed under way.
     *
     * @param secret {@code ID:SECRET} or {@code ID:SECRET:TOKEN}
     */
    void sign(HttpClientRequest request, URI base, Outbound outbound, String region, OpenedSecret secret) {
        SdkHttpRequest.Builder unsigned = SdkHttpRequest.builder()
                .method(SdkHttpMethod.fromValue(outbound.method().name()))
                .protocol(base.getScheme())
                .host(base.getHost())
                .port(base.getPort() < 0 ? null : Integer.valueOf(base.getPort()))
                .encodedPath(base.getRawPath() + outbound.pathAndQuery());
        String type = outbound.headers().get(HttpHeaders.CONTENT_TYPE);
        if (type != null) {
            unsigned.putHeader("content-type", type);
        }
        ByteBuf body = ((BufferInternal) outbound.body()).getByteBuf();
        SignedRequest signed = signer.sign(call -> call.identity(identity(secret.ascii()))
                .request(unsigned.build())
                .payload(ContentStreamProvider.fromInputStreamSupplier(() -> new ByteBufInputStream(body.duplicate())))
                .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, SERVICE)
                .putProperty(AwsV4HttpSigner.REGION_NAME, region)
                .putProperty(AwsV4HttpSigner.SIGNING_CLOCK, clock));
        signed.request().headers().forEach((name, values) -> {
            if (!name.equalsIgnoreCase("host")) { // the engine writes the same
                request.putHeader(name, values);
            }
        });
    }

    private static AwsCredentialsIdentity identity(CharSequence key) {
        int first = indexOf(key, 0);
        int second = indexOf(key, first + 1);
        String id = SecretText.of(key, 0, first);
        String secret = SecretText.of(key, first + 1, second);
        return second == key.length()
                ? AwsCredentialsIdentity.create(id, secret)
                : AwsSessionCredentialsIdentity.create(id, secret, SecretText.of(key, second + 1, key.length()));
    }

    private static int indexOf(CharSequence key, int from) {
        int at = from;
        while (at < key.length() && key.charAt(at) != ':') {
            at++;
        }
        return at;
    }
}

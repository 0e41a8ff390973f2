package dev.tollgate.upstream;

import dev.tollgate.catalog.Provider;
import io.vertx.core.http.HttpClientResponse;

/** What became of one attempt at a provider. A response comes paused: whoever takes it resumes or discards it. */
public sealed interface Answer {
    /**
     * 2xx and server-sent events.
     *
     * @param framing what they are framed in
     */
    record Streaming(HttpClientResponse response, EventFraming framing) implements Answer {}

    /** 2xx and a whole body to come. */
    record Complete(HttpClientResponse response) implements Answer {}

    /**
     * Any other status.
     *
     * @param provider who refuses
     * @param status what it means in the vendor's own terms; the response's own but on a platform
     */
    record Refused(HttpClientResponse response, Provider provider, int status) implements Answer {
        /** The response's body in the words of the provider's dialect; the very bytes where the vendor itself said it. */
        public byte[] vendors(byte[] body, String requestId) {
            return PlatformAnswers.errorBody(this, body, requestId);
        }
    }

    /**
     * Nothing was sent: what issues tokens does not take the credential.
     *
     * @param status what it answered
     */
    record Unauthorized(int status) implements Answer {}

    /** No response at all. */
    record Unreachable(Reason reason, Throwable cause) implements Answer {}

    /** Why there was no response. */
    enum Reason {
        /** The address is one to which the gate does not connect. */
        FORBIDDEN_ADDRESS("its address is not one that Tollgate may connect to"),
        /** The request could not be put together: its credential has just been removed. Nothing was sent. */
        NOT_SENDABLE("its credential could not be used"),
        /** The credential is exchanged for a token, and none could be had. Nothing was sent. */
        NO_TOKEN("no access token could be had for its credential"),
        /** Name resolution, the connection or its TLS failed. */
        CONNECT("no connection could be made"),
        /** The connection ended before the head of a response. */
        RESET("the connection was lost before an answer"),
        /** Nothing came in time. */
        TIMEOUT("no answer came in time");

        private final String text;

        Reason(String text) {
            this.text = text;
        }

        /** Half a sentence for people. */
        public String text() {
            return text;
        }
    }
}

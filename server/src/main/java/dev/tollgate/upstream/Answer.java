package dev.tollgate.upstream;

import io.vertx.core.http.HttpClientResponse;

/** What became of one attempt at a provider. A response comes paused: whoever takes it resumes or discards it. */
public sealed interface Answer {
    /** 2xx and server-sent events. */
    record Streaming(HttpClientResponse response) implements Answer {}

    /** 2xx and a whole body to come. */
    record Complete(HttpClientResponse response) implements Answer {}

    /** Any other status. */
    record Refused(HttpClientResponse response) implements Answer {}

    /** No response at all. */
    record Unreachable(Reason reason, Throwable cause) implements Answer {}

    /** Why there was no response. */
    enum Reason {
        /** The address is one to which the gate does not connect. */
        FORBIDDEN_ADDRESS("its address is not one that Tollgate may connect to"),
        /** The request could not be put together: its credential has just been removed. Nothing was sent. */
        NOT_SENDABLE("its credential could not be used"),
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

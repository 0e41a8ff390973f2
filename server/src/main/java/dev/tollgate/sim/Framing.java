package dev.tollgate.sim;

/** How the events of a stream are told apart on the wire. */
enum Framing {
    /** Server-sent events with a name: Anthropic, OpenAI Responses. */
    NAMED_EVENTS("text/event-stream; charset=utf-8"),
    /** Server-sent events without: OpenAI chat. */
    EVENTS("text/event-stream; charset=utf-8"),
    /** The same with CRLF line ends, as Google writes them. */
    CRLF_EVENTS("text/event-stream"),
    /** Elements of one JSON array: Gemini without {@code alt=sse}. */
    JSON_ARRAY("application/json; charset=UTF-8");

    private final String contentType;

    Framing(String contentType) {
        this.contentType = contentType;
    }

    String contentType() {
        return contentType;
    }

    void before(StringBuilder out, String name, int sequence) {
        switch (this) {
            case NAMED_EVENTS -> out.append("event: ").append(name).append("\ndata: ");
            case EVENTS, CRLF_EVENTS -> out.append("data: ");
            case JSON_ARRAY -> out.append(sequence == 0 ? "[" : ",\r\n");
        }
    }

    void after(StringBuilder out) {
        switch (this) {
            case NAMED_EVENTS, EVENTS -> out.append("\n\n");
            case CRLF_EVENTS -> out.append("\r\n\r\n");
            case JSON_ARRAY -> {}
        }
    }

    /** What closes the stream after its last event. */
    void close(StringBuilder out) {
        if (this == JSON_ARRAY) {
            out.append("]");
        }
    }
}

package dev.tollgate;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A provider of all dialects that never says the same twice: the number of the call is in each answer. */
final class TalkingProvider implements AutoCloseable {
    /** How an answer ends. */
    enum End {
        NORMAL,
        AT_LIMIT,
        REFUSED,
        /** A stream without its end. */
        CUT,
        /** Without usage. */
        UNMETERED,
        /** A 500. */
        ERROR
    }

    private final HttpServer server;
    final AtomicInteger calls = new AtomicInteger();
    volatile End end = End.NORMAL;
    /** What stands before the last event of a stream, and before a whole answer: they go when it is open. */
    volatile CountDownLatch gate = new CountDownLatch(0);
    /** The body of the last call, as it came. */
    volatile String request = "";
    /** The key that it came with. */
    volatile String key = "";

    TalkingProvider() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::handle);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private void handle(HttpExchange exchange) throws IOException {
        request = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
        key = String.valueOf(exchange.getRequestHeaders().getFirst("x-api-key"));
        String path = exchange.getRequestURI().getPath();
        boolean stream = path.endsWith(":streamGenerateContent") || request.contains("\"stream\":true");
        String answer = answer(path, stream, calls.incrementAndGet());
        if (end == End.UNMETERED) {
            answer = answer.replaceAll("\"usage(Metadata)?\":\\{[^}]*}", "\"x\":0");
        }
        boolean array = path.endsWith(":streamGenerateContent")
                && !"alt=sse".equals(exchange.getRequestURI().getQuery());
        if (array) {
            answer = answer.replaceFirst("^data: ", "[")
                            .replace("\n\ndata: ", ",\r\n")
                            .strip() + "]";
        }
        byte[] body = (end == End.CUT ? answer.substring(0, answer.length() / 2) : answer).getBytes(UTF_8);
        exchange.getResponseHeaders().set("content-type", stream && !array ? "text/event-stream" : "application/json");
        exchange.getResponseHeaders().set("request-id", "theirs");
        exchange.getResponseHeaders().set("anthropic-ratelimit-requests-remaining", "7");
        exchange.getResponseHeaders().set("x-tollgate-cache", "forged");
        exchange.sendResponseHeaders(end == End.ERROR ? 500 : 200, body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            int last = stream && !array && end != End.CUT ? lastEvent(body) : 0;
            out.write(body, 0, last);
            out.flush();
            gate.await();
            out.write(body, last, body.length - last);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static int lastEvent(byte[] events) {
        return new String(events, ISO_8859_1).lastIndexOf("\n\n", events.length - 3) + 2;
    }

    private String answer(String path, boolean stream, int number) {
        if (path.endsWith("/v1/messages")) {
            return stream ? messageEvents(number) : message(number);
        }
        if (path.endsWith("/chat/completions")) {
            return stream ? chatEvents(number) : chat(number);
        }
        if (path.endsWith("/responses")) {
            return stream
                    ? event("{\"type\":\"response.created\",\"response\":" + response(number, "in_progress") + "}")
                            + event("{\"type\":\"" + terminal() + "\",\"response\":" + response(number, status()) + "}")
                    : response(number, status());
        }
        if (path.endsWith("/embeddings")) {
            return "{\"object\":\"list\",\"model\":\"m\",\"data\":[{\"object\":\"embedding\",\"index\":0,\"embedding\":[0."
                    + number + "]}],\"usage\":{\"prompt_tokens\":2,\"total_tokens\":2}}";
        }
        String whole = candidates(number);
        return stream
                ? event(whole.replaceFirst("\"finishReason\":\"[A-Z_]*\",", ""))
                        + event(whole.replace("\"text\":\"Hi " + number, "\"text\":\""))
                : whole;
    }

    private String word(String normal, String atLimit, String refused) {
        return switch (end) {
            case NORMAL, CUT, UNMETERED, ERROR -> normal;
            case AT_LIMIT -> atLimit;
            case REFUSED -> refused;
        };
    }

    private static String event(String data) {
        return "data: " + data + "\n\n";
    }

    private static String event(String name, String data) {
        return "event: " + name + "\n" + event(data);
    }

    private String message(int number) {
        return "{\"type\":\"message\",\"id\":\"msg_" + number
                + "\",\"role\":\"assistant\",\"model\":\"m\",\"content\":[{\"type\":"
                + "\"text\",\"text\":\"Hi " + number + "\"}],\"stop_reason\":\""
                + word("end_turn", "max_tokens", "refusal")
                + "\",\"stop_sequence\":null,\"usage\":{\"input_tokens\":10,\"output_tokens\":20}}";
    }

    private String messageEvents(int number) {
        return event(
                        "message_start",
                        "{\"type\":\"message_start\",\"message\":{\"type\":\"message\",\"id\":\"msg_" + number
                                + "\",\"role\":\"assistant\",\"model\":\"m\",\"content\":[],\"stop_reason\":null,"
                                + "\"stop_sequence\":null,\"usage\":{\"input_tokens\":10,\"output_tokens\":1}}}")
                + event(
                        "content_block_start",
                        "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}")
                + event(
                        "content_block_delta",
                        "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"Hi "
                                + number + "\"}}")
                + event("content_block_stop", "{\"type\":\"content_block_stop\",\"index\":0}")
                + event(
                        "message_delta",
                        "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\""
                                + word("end_turn", "max_tokens", "refusal")
                                + "\",\"stop_sequence\":null},\"usage\":{\"output_tokens\":20}}")
                + event("message_stop", "{\"type\":\"message_stop\"}");
    }

    private String finish() {
        return word("stop", "length", "content_filter");
    }

    private String chat(int number) {
        return "{\"id\":\"c" + number
                + "\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,"
                + "\"finish_reason\":\"" + finish() + "\",\"message\":{\"role\":\"assistant\",\"content\":\"Hi "
                + number
                + "\"}}],\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":20,\"total_tokens\":30}}";
    }

    private String chatEvents(int number) {
        String head = "{\"id\":\"c" + number
                + "\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[";
        return event(head + "{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"Hi " + number
                        + "\"},\"finish_reason\":null}]}")
                + event(head + "{\"index\":0,\"delta\":{},\"finish_reason\":\"" + finish() + "\"}]}")
                + event(head + "],\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":20,\"total_tokens\":30}}")
                + event("[DONE]");
    }

    private String status() {
        return word("completed", "incomplete", "incomplete");
    }

    private String terminal() {
        return "response." + status();
    }

    private String response(int number, String status) {
        String incomplete = status.equals("incomplete")
                ? "{\"reason\":\"" + word("", "max_output_tokens", "content_filter") + "\"}"
                : "null";
        String output = status.equals("in_progress")
                ? ""
                : "{\"type\":\"message\",\"id\":\"msg_" + number
                        + "\",\"role\":\"assistant\",\"status\":\"completed\",\"content\":"
                        + "[{\"type\":\"output_text\",\"text\":\"Hi " + number + "\",\"annotations\":[]}]}";
        return "{\"id\":\"resp_" + number + "\",\"object\":\"response\",\"created_at\":1,\"model\":\"m\",\"status\":\""
                + status
                + "\",\"incomplete_details\":" + incomplete + ",\"error\":null,\"output\":[" + output
                + "],\"usage\":{\"input_tokens\":10,\"output_tokens\":20,\"total_tokens\":30}}";
    }

    private String candidates(int number) {
        return "{\"responseId\":\"r" + number
                + "\",\"modelVersion\":\"m\",\"candidates\":[{\"index\":0,\"finishReason\":\""
                + word("STOP", "MAX_TOKENS", "SAFETY")
                + "\",\"content\":{\"role\":\"model\",\"parts\":[{\"text\":\"Hi " + number
                + "\"}]}}],\"usageMetadata\":{\"promptTokenCount\":10,\"candidatesTokenCount\":20,\"totalTokenCount\":30}}";
    }

    @Override
    public void close() {
        server.stop(0);
    }
}

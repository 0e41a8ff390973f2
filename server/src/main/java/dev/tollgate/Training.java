package dev.tollgate;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;

/** Simulated calls in every dialect, plain and streamed: they load and link what the first real call will need. */
final class Training {
    private static final int ROUNDS = 20;

    private record Call(String path, String body) {}

    private static final List<Call> CALLS = List.of(
            new Call("/v1/messages", """
                    {"model":"sim/echo","max_tokens":64,"messages":[{"role":"user","content":"Hello"}]}"""),
            new Call("/v1/messages", """
                    {"model":"sim/echo","max_tokens":64,"stream":true,"messages":[{"role":"user","content":"Hello"}]}"""),
            new Call("/v1/chat/completions", """
                    {"model":"sim/echo","stream":true,"messages":[{"role":"user","content":"Hello"}]}"""),
            new Call("/v1/responses", """
                    {"model":"sim/echo","input":"Hello"}"""),
            new Call("/v1beta/models/sim%2Fecho:generateContent", """
                    {"contents":[{"role":"user","parts":[{"text":"Hello"}]}]}"""));

    private Training() {}

    static void call(String url, String key) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            for (int round = 0; round < ROUNDS; round++) {
                for (Call call : CALLS) {
                    HttpRequest request = HttpRequest.newBuilder(URI.create(url + call.path()))
                            .header("authorization", "Bearer " + key)
                            .header("content-type", "application/json")
                            .POST(HttpRequest.BodyPublishers.ofString(call.body()))
                            .build();
                    HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
                    if (answer.statusCode() != 200) {
                        throw new IOException(call.path() + " answered " + answer.statusCode() + ": " + answer.body());
                    }
                }
            }
        }
    }
}

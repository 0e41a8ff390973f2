package dev.tollgate.sim;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Anthropic's message batches. Each request is answered at once and its result kept; the batch says that it has ended as long after
 * its creation as {@code x-sim-duration-ms} said there, from the first look on without it.
 */
final class Batches {
    private static final String RESULTS = "https://api.anthropic.com/v1/messages/batches/";

    private final Shelf<Batch> shelf = new Shelf<>();
    private final InstantSource clock;

    Batches(InstantSource clock) {
        this.clock = clock;
    }

    /** One batch. */
    private record Batch(
            String id,
            Instant createdAt,
            Instant endsAt,
            @Nullable Instant canceledAt,
            int succeeded,
            int errored,
            String results,
            String canceledResults) {
        int requests() {
            return succeeded + errored;
        }

        boolean hasEnded(Instant now) {
            return canceledAt != null || !now.isBefore(endsAt);
        }

        ObjectNode json(Instant now, boolean ended) {
            ObjectNode batch = Json.object().put("id", id).put("type", "message_batch");
            batch.put("processing_status", ended ? "ended" : "in_progress");
            ObjectNode counts = batch.putObject("request_counts");
            counts.put("processing", ended ? 0 : requests());
            counts.put("succeeded", ended && canceledAt == null ? succeeded : 0);
            counts.put("errored", ended && canceledAt == null ? errored : 0);
            counts.put("canceled", canceledAt == null ? 0 : requests());
            counts.put("expired", 0);
            batch.put("ended_at", ended ? now.toString() : null);
            batch.put("created_at", createdAt.toString());
            batch.put("expires_at", createdAt.plus(Duration.ofDays(1)).toString());
            batch.putNull("archived_at");
            batch.put("cancel_initiated_at", canceledAt == null ? null : canceledAt.toString());
            return batch.put("results_url", ended ? RESULTS + id + "/results" : null);
        }
    }

    /** @param messages answers the params of one request */
    Reply create(ObjectNode body, long caller, long durationMillis, Function<ObjectNode, Reply> messages) {
        JsonNode requests = body.path("requests");
        if (!requests.isArray() || requests.isEmpty()) {
            return refused(400, "requests: Field required");
        }
        StringBuilder results = new StringBuilder();
        StringBuilder canceled = new StringBuilder();
        int succeeded = 0;
        for (JsonNode request : requests) {
            if (!(request.path("params") instanceof ObjectNode params)) {
                return refused(400, "requests.0.params: Field required");
            }
            String customId = request.path("custom_id").stringValue("");
            ObjectNode line = Json.object().put("custom_id", customId);
            succeeded += result(line.putObject("result"), messages.apply(params)) ? 1 : 0;
            results.append(Json.text(line)).append('\n');
            ObjectNode none = Json.object().put("custom_id", customId);
            none.putObject("result").put("type", "canceled");
            canceled.append(Json.text(none)).append('\n');
        }
        Instant now = clock.instant();
        Batch batch = new Batch(
                Ids.of("msgbatch_", 24, Measure.mix(now.toEpochMilli() ^ System.nanoTime())),
                now,
                now.plusMillis(Math.max(0, durationMillis)),
                null,
                succeeded,
                requests.size() - succeeded,
                results.toString(),
                canceled.toString());
        shelf.put(batch.id(), caller, 2L * (results.length() + canceled.length()), batch);
        return whole(batch.json(now, false));
    }

    private static boolean result(ObjectNode result, Reply reply) {
        if (reply instanceof Reply.Whole whole) {
            ObjectNode message = whole.json().deepCopy();
            if (message.path("usage") instanceof ObjectNode usage) {
                usage.put("service_tier", "batch");
            }
            result.put("type", "succeeded").set("message", message);
            return true;
        }
        VendorError error =
                reply instanceof Reply.Refused refused ? refused.error() : VendorError.of(Vendor.ANTHROPIC, 500);
        result.put("type", "errored").set("error", error.body("", Optional.empty()));
        return false;
    }

    Reply retrieve(String id, long caller) {
        Instant now = clock.instant();
        return find(id, caller, batch -> whole(batch.json(now, batch.hasEnded(now))));
    }

    Reply results(String id, long caller) {
        return find(
                id,
                caller,
                batch -> batch.hasEnded(clock.instant())
                        ? new Reply.Raw(
                                Vendor.ANTHROPIC,
                                "application/x-jsonl",
                                (batch.canceledAt() == null ? batch.results() : batch.canceledResults())
                                        .getBytes(UTF_8))
                        : refused(400, "Batch " + id + " has no available results: it has not ended."));
    }

    Reply cancel(String id, long caller) {
        Instant now = clock.instant();
        return find(id, caller, batch -> {
            if (batch.hasEnded(now)) {
                return whole(batch.json(now, true));
            }
            Batch canceled = new Batch(
                    id,
                    batch.createdAt(),
                    now,
                    now,
                    batch.succeeded(),
                    batch.errored(),
                    batch.results(),
                    batch.canceledResults());
            shelf.put(
                    id,
                    caller,
                    2L * (batch.results().length() + batch.canceledResults().length()),
                    canceled);
            return whole(canceled.json(now, false).put("processing_status", "canceling"));
        });
    }

    Reply delete(String id, long caller) {
        return find(id, caller, batch -> {
            if (!batch.hasEnded(clock.instant())) {
                return refused(400, "Batch " + id + " cannot be deleted: it has not ended.");
            }
            shelf.remove(id);
            return whole(Json.object().put("id", id).put("type", "message_batch_deleted"));
        });
    }

    private Reply find(String id, long caller, Function<Batch, Reply> then) {
        return shelf.get(id, caller).map(then).orElseGet(() -> refused(404, "Message batch " + id + " not found."));
    }

    private static Reply whole(ObjectNode json) {
        return new Reply.Whole(Vendor.ANTHROPIC, json, new Reply.Pace(0, 0, 0), Fault.NONE);
    }

    private static Reply refused(int status, String message) {
        return new Reply.Refused(VendorError.of(Vendor.ANTHROPIC, status).withMessage(message), false);
    }
}

package dev.tollgate.admin;

import dev.tollgate.kernel.Money;
import dev.tollgate.kernel.Refusal;
import dev.tollgate.ledger.Attempt;
import dev.tollgate.ledger.CallEnd;
import dev.tollgate.ledger.CallRecord;
import dev.tollgate.ledger.CallStart;
import dev.tollgate.ledger.Charge;
import dev.tollgate.ledger.Resolution;
import dev.tollgate.ledger.Resolutions;
import dev.tollgate.ledger.Served;
import dev.tollgate.ledger.Timings;
import dev.tollgate.ledger.Tokens;
import dev.tollgate.ledger.UsageBy;
import dev.tollgate.ledger.UsageLedger;
import dev.tollgate.ledger.UsageRow;
import dev.tollgate.ledger.UsageSource;
import dev.tollgate.ledger.UsageSums;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What was used, and the story of one call. */
final class UsageAdmin {
    private static final Pattern DURATION = Pattern.compile("([0-9]{1,6})([dhms])");
    private final UsageLedger ledger;
    private final Resolutions resolutions;
    private final InstantSource clock;

    UsageAdmin(UsageLedger ledger, Resolutions resolutions, InstantSource clock) {
        this.ledger = ledger;
        this.resolutions = resolutions;
        this.clock = clock;
    }

    void add(AdminRoutes routes) {
        routes.get("/usage", this::summarize);
        routes.get("/calls/{request_id}", this::explain);
    }

    private AdminReply summarize(AdminRequest request) {
        List<UsageBy> by = by(request.query("by"));
        Instant since = moment(request, "since", Instant.EPOCH);
        Instant until = moment(request, "until", UsageSums.EVER);
        if (!since.isBefore(until)) {
            throw Refusal.invalid("since is not before until.", "Give the earlier one as since.");
        }
        return AdminReply.list(ledger.sums().summarize(by, since, until).stream()
                .map(row -> shape(by, row))
                .toList());
    }

    private static List<UsageBy> by(@Nullable String text) {
        List<UsageBy> by = new ArrayList<>();
        for (String name : (text == null ? "key" : text).split(",", -1)) {
            UsageBy one = UsageBy.of(name)
                    .orElseThrow(() -> Refusal.invalid(
                            "Usage is not kept by that.",
                            "Use key, member, account, app, feature, provider, model, day, or several with commas."));
            if (by.contains(one)) {
                throw Refusal.invalid("by names " + name + " twice.", "Name it once.");
            }
            by.add(one);
        }
        return by;
    }

    private Instant moment(AdminRequest request, String name, Instant otherwise) {
        String text = request.query(name);
        if (text == null || text.isEmpty()) {
            return otherwise;
        }
        Matcher duration = DURATION.matcher(text);
        if (duration.matches()) {
            long count = Long.parseLong(duration.group(1));
            return clock.instant()
                    .minus(
                            switch (duration.group(2)) {
                                case "d" -> Duration.ofDays(count);
                                case "h" -> Duration.ofHours(count);
                                case "m" -> Duration.ofMinutes(count);
                                default -> Duration.ofSeconds(count);
                            });
        }
        try {
            return text.length() == "2026-11-22".length()
                    ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
                    : bounded(Instant.parse(text));
        } catch (DateTimeParseException e) {
            throw Refusal.invalid(
                    name + " is neither a duration nor a time.", "Use 7d, 12h, 2026-11-22 or 2026-11-22T09:00:00Z.");
        }
    }

    /** java.time also reads years of nine digits, whose milliseconds overflow. */
    private static Instant bounded(Instant moment) {
        if (moment.isBefore(Instant.EPOCH)) {
            return Instant.EPOCH;
        }
        return moment.isAfter(UsageSums.EVER) ? UsageSums.EVER : moment;
    }

    private static ObjectNode shape(List<UsageBy> by, UsageRow row) {
        ObjectNode shape = Shapes.object().put("id", row.id()).put("name", row.name());
        for (int i = 0; i < by.size(); i++) {
            String id = row.ids().get(i);
            shape.put(by.get(i).wireName(), id.isEmpty() ? null : id);
        }
        return shape.put("calls", row.calls())
                .put("input_tokens", row.inputTokens())
                .put("output_tokens", row.outputTokens())
                .put("cache_read_tokens", row.cacheReadTokens())
                .put("cache_write_tokens", row.cacheWriteTokens())
                .put("list_cost_usd", Money.formatUsd(row.listCostNanoUsd()))
                .put("discount_usd", Money.formatUsd(row.discountNanoUsd()))
                .put("cost_usd", Money.formatUsd(row.costNanoUsd()));
    }

    private AdminReply explain(AdminRequest request) {
        CallRecord call = ledger.find(request.path("request_id"))
                .orElseThrow(() -> Refusal.notFound(
                        "There is no such call.",
                        "Give the x-tollgate-request-id of an answer; a request refused before it was sent leaves no row,"
                                + " and old ones are summed up by day (serve --keep-calls)."));
        ObjectNode story = story(call);
        resolutions
                .of(call)
                .ifPresentOrElse(resolution -> resolved(story, resolution), () -> story.putNull("resolution"));
        return AdminReply.ok(story);
    }

    /** Its cost is then known, even where no price was. */
    private static void resolved(ObjectNode story, Resolution resolution) {
        String cost = Money.formatUsd(resolution.costNanoUsd());
        story.put("cost_usd", cost).put("list_cost_usd", cost);
        story.set("resolution", LedgerAdmin.shape(resolution));
    }

    private static ObjectNode story(CallRecord call) {
        CallStart start = call.start();
        CallEnd end = call.end();
        Served served = end.served();
        ObjectNode story =
                Shapes.object().put("request_id", start.requestId()).put("at", Shapes.time(start.atMillis()));
        story.putObject("key")
                .put("id", start.payer().keyId())
                .put("name", start.payer().keyName());
        story.put("account", start.payer().account())
                .put("feature", start.payer().feature())
                .put("dialect", start.dialect())
                .put("operation", start.operation())
                .put("stream", start.stream())
                .put("requested_model", start.requestedModel())
                .put("alias", start.alias());
        end.route().forEach(story.putArray("route")::add);
        story.put("provider", served == null ? null : served.provider())
                .put("model", served == null ? null : served.model())
                .put("credential", served == null ? null : served.credentialName())
                .put("status", end.status() == 0 ? null : Integer.valueOf(end.status()))
                .put("outcome", outcome(call))
                .put("outcome_reason", reason(call));
        changes(story.putArray("changes"), end);
        end.attempts().forEach(attempt -> story.withArray("attempts").add(shape(attempt)));
        if (end.attempts().isEmpty()) {
            story.putArray("attempts");
        }
        timings(story.putObject("timings"), end);
        usage(story, call);
        ObjectNode client = story.putObject("client");
        client.put("user_agent", start.client().userAgent())
                .put("app", start.client().app())
                .put("session_id", start.client().sessionId());
        return story.put("reserved_usd", Money.formatUsd(call.reservedNanoUsd()))
                .put("overrun_usd", Money.formatUsd(call.overrunNanoUsd()))
                .put(
                        "list_cost_usd",
                        call.priced() ? Money.formatUsd(call.costNanoUsd() + call.discountNanoUsd()) : null)
                .put("discount_usd", Money.formatUsd(call.discountNanoUsd()))
                .put("cost_usd", call.priced() ? Money.formatUsd(call.costNanoUsd()) : null)
                .put("priced", call.priced());
    }

    private static String outcome(CallRecord call) {
        if (call.state() == CallRecord.State.UNRECONCILED) {
            return "unreconciled";
        }
        return switch (call.end().outcome()) {
            case OK -> "settled";
            case CLIENT_GONE -> "cancelled";
            case CUT -> "interrupted";
            case UPSTREAM_ERROR, UNREACHABLE, TIMEOUT, REFUSED, GATE_STOPPED -> "failed";
        };
    }

    private static @Nullable String reason(CallRecord call) {
        if (call.end().charge() instanceof Charge.AtReservation unknown) {
            return unknown.reason();
        }
        return switch (call.end().outcome()) {
            case OK -> null;
            case CLIENT_GONE -> "The client went away before the answer's end.";
            case UPSTREAM_ERROR -> "The provider answered with an error.";
            case UNREACHABLE -> "No candidate could be reached.";
            case TIMEOUT -> "The provider kept silent for too long.";
            case CUT -> "The provider's answer broke off.";
            case REFUSED -> "Tollgate had no way to send it.";
            case GATE_STOPPED -> "Tollgate's process ended while the call was in flight.";
        };
    }

    private static void changes(ArrayNode changes, CallEnd end) {
        for (String edit : end.edits()) {
            int colon = edit.indexOf(": ");
            changes.addObject()
                    .put("field", colon < 0 ? edit : edit.substring(0, colon))
                    .put("change", colon < 0 ? "" : edit.substring(colon + 2));
        }
    }

    private static ObjectNode shape(Attempt attempt) {
        boolean answered = attempt.status() >= 200 && attempt.status() < 300;
        String outcome = answered ? "answered" : attempt.status() > 0 ? "refused" : "unreachable";
        return Shapes.object()
                .put("provider", attempt.provider())
                .put("model", attempt.model())
                .put("credential", attempt.credentialName())
                .put("status", attempt.status() == 0 ? null : Integer.valueOf(attempt.status()))
                .put("outcome", outcome)
                .put("reason", answered ? null : attempt.result())
                .put("started_after_ms", attempt.startMicros() / 1_000)
                .put("took_ms", attempt.micros() / 1_000)
                .put("lost_usd", attempt.lostNanoUsd() == 0 ? null : Money.formatUsd(attempt.lostNanoUsd()));
    }

    private static void timings(ObjectNode shape, CallEnd end) {
        Timings timings = end.timings();
        long firstAttempt =
                end.attempts().isEmpty() ? -1 : end.attempts().getFirst().startMicros();
        shape.put("total_ms", millis(timings.totalMicros()))
                .put("gate_ms", millis(firstAttempt))
                .put("first_byte_ms", millis(timings.firstByteMicros()));
    }

    private static @Nullable Double millis(long micros) {
        return micros < 0 ? null : Double.valueOf(micros / 1_000.0);
    }

    private static void usage(ObjectNode story, CallRecord call) {
        if (call.usageSource() == UsageSource.NONE) {
            story.putNull("usage");
            return;
        }
        Tokens tokens = call.tokens();
        story.putObject("usage")
                .put("quality", call.usageSource().name().toLowerCase(Locale.ROOT))
                .put("input_tokens", tokens.input())
                .put("cache_read_tokens", tokens.cacheRead())
                .put("cache_write_5m_tokens", tokens.cacheWrite5m())
                .put("cache_write_1h_tokens", tokens.cacheWrite1h())
                .put("output_tokens", tokens.output())
                .put("reasoning_tokens", tokens.reasoning())
                .put("web_search_requests", tokens.webSearches());
    }
}

package dev.tollgate.cli;

import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One call, told from its arrival to its cost. */
final class CallStory {
    private static final String INDENT = "              ";

    /** What each outcome means (openapi.yaml, {@code Call.outcome}). */
    private static final Map<String, String> OUTCOMES = Map.of(
            "settled", "the whole answer was delivered, and billed",
            "cancelled", "the client went away; what was streamed is billed",
            "interrupted", "the provider broke off; what was streamed is billed",
            "failed", "no candidate answered; nothing is billed",
            "unreconciled", "the server died with the call in flight; billed at its reservation");

    private static final Map<String, String> QUALITIES = Map.of(
            "reported", "as the provider reported it",
            "estimated", "from what was streamed: the provider's final figure never came",
            "reservation", "not known; billed at the reservation",
            "cache", "free: the answer was kept");

    private final Json.Obj call;
    private final ZoneId zone;
    private final List<String> lines = new ArrayList<>();

    CallStory(Json.Obj call, ZoneId zone) {
        this.call = call;
        this.zone = zone;
    }

    List<String> lines() {
        Json.Obj key = call.child("key");
        lines.add("Call " + call.text("request_id") + ", " + Format.second(call.text("at"), zone) + ", with key "
                + key.text("name") + " (" + key.text("id") + "), "
                + (call.has("member") ? "for " + call.child("member").text("email") + ", " : "") + "paid by "
                + call.text("account"));
        lines.add("");
        asked();
        numbered("route", call.texts("route"));
        numbered(
                "attempts",
                call.rows("attempts").stream().map(CallStory::attempt).toList());
        answered();
        changes();
        outcome();
        timings();
        usage();
        cost();
        return lines;
    }

    private void asked() {
        String alias = call.has("alias") ? " (an alias)" : "";
        String feature = call.has("feature") ? ", feature " + call.text("feature") : "";
        line(
                "asked for",
                call.text("requested_model") + alias + ", " + (call.flag("stream") ? "as a stream" : "as a whole")
                        + ", " + call.text("dialect") + " " + call.text("operation") + feature);
    }

    private static String attempt(Json.Obj attempt) {
        String with = attempt.has("credential") ? " with " + attempt.text("credential") : "";
        String status = attempt.has("status") ? " " + attempt.text("status") : "";
        String reason = attempt.has("reason") ? ": " + attempt.text("reason") : "";
        return attempt.text("provider") + "/" + attempt.text("model") + with + " "
                + attempt.text("outcome").replace('_', ' ') + status + " (at "
                + Format.millis(attempt.text("started_after_ms")) + ", took " + Format.millis(attempt.text("took_ms"))
                + ")"
                + reason;
    }

    private void answered() {
        if (call.has("provider")) {
            String with = call.has("credential") ? ", with credential " + call.text("credential") : "";
            line("answered by", call.text("provider") + "/" + call.text("model") + with);
        } else {
            line("answered by", call.child("usage").text("quality").equals("cache") ? "the answer cache" : "nobody");
        }
    }

    private void changes() {
        List<Json.Obj> changes = call.rows("changes");
        if (changes.isEmpty()) {
            line("changed", "nothing: the bytes passed untouched");
        } else {
            numbered(
                    "changed",
                    changes.stream()
                            .map(change -> change.text("field") + ": " + change.text("change"))
                            .toList());
        }
    }

    private void outcome() {
        String outcome = call.text("outcome");
        String reason = call.has("outcome_reason") ? "; " + call.text("outcome_reason") : "";
        String status = call.has("status") ? "; the client got " + call.text("status") : "";
        line(
                "outcome",
                outcome + ": " + OUTCOMES.getOrDefault(outcome, "see the server's documentation") + reason + status);
    }

    private void timings() {
        Json.Obj timings = call.child("timings");
        String firstByte = timings.has("first_byte_ms")
                ? ", first byte after " + Format.millis(timings.text("first_byte_ms"))
                : "";
        String gate = timings.has("gate_ms")
                ? ", " + Format.millis(timings.text("gate_ms")) + " in the gate before the first attempt"
                : "";
        line("time", Format.millis(timings.text("total_ms")) + " in all" + gate + firstByte);
    }

    private void usage() {
        if (!call.has("usage")) {
            line("usage", "none");
            return;
        }
        Json.Obj usage = call.child("usage");
        List<String> parts = new ArrayList<>();
        parts.add(Format.count(usage.number("input_tokens")) + " input");
        some(parts, usage, "cache_read_tokens", "read from cache");
        some(parts, usage, "cache_write_5m_tokens", "written to cache for 5 min");
        some(parts, usage, "cache_write_1h_tokens", "written to cache for 1 h");
        long reasoning = usage.number("reasoning_tokens");
        parts.add(Format.count(usage.number("output_tokens")) + " output"
                + (reasoning > 0 ? " (" + Format.count(reasoning) + " of them reasoning)" : ""));
        String searches = usage.number("web_search_requests") > 0
                ? ", and " + Format.count(usage.number("web_search_requests")) + " web searches"
                : "";
        String quality = usage.text("quality");
        line(
                "usage",
                String.join(", ", parts) + " tokens" + searches + "; " + QUALITIES.getOrDefault(quality, quality));
    }

    private static void some(List<String> parts, Json.Obj usage, String field, String words) {
        if (usage.number(field) > 0) {
            parts.add(Format.count(usage.number(field)) + " " + words);
        }
    }

    private void cost() {
        String overrun = call.text("overrun_usd").matches("[0.]*")
                ? ""
                : "; the provider charged " + Format.amount(call.text("overrun_usd")) + " beyond that";
        String reserved = call.has("reserved_usd")
                ? " (" + Format.cost(call.text("reserved_usd")) + " were reserved" + overrun + ")"
                : "";
        if (call.has("resolution")) {
            Json.Obj resolution = call.child("resolution");
            String note = resolution.text("note").isEmpty() ? "" : ": " + resolution.text("note");
            line(
                    "cost",
                    Format.amount(resolution.text("cost_usd")) + ", as resolved "
                            + Format.minute(resolution.text("at"), zone) + "; "
                            + Format.amount(resolution.text("billed_usd")) + " had been billed" + note);
        } else if (call.flag("priced")) {
            String discount = call.text("discount_usd").matches("[0.]*")
                    ? ""
                    : ", " + Format.cost(call.text("list_cost_usd")) + " less a discount of "
                            + Format.cost(call.text("discount_usd"));
            line("cost", Format.cost(call.text("cost_usd")) + discount + reserved);
        } else {
            line("cost", "unknown: the catalog has no price for this model; set one with tollgate price set");
        }
    }

    private void numbered(String label, List<String> texts) {
        if (texts.isEmpty()) {
            line(label, "none");
        }
        for (int i = 0; i < texts.size(); i++) {
            line(i == 0 ? label : "", (i + 1) + ". " + texts.get(i));
        }
    }

    private void line(String label, String text) {
        lines.add("  " + label + INDENT.substring(2 + label.length()) + text);
    }
}

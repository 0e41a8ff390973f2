package dev.tollgate.admin;

import dev.tollgate.catalog.Catalog;
import dev.tollgate.catalog.Platform;
import dev.tollgate.catalog.Provider;
import dev.tollgate.dialects.Dialect;
import dev.tollgate.kernel.Json;
import dev.tollgate.kernel.Refusal;
import dev.tollgate.upstream.AdminReports;
import dev.tollgate.upstream.AdminReports.Answer;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A provider's own usage and cost reports, fetched from its admin API with a key that is brought for this one request:
 * Anthropic's {@code /v1/organizations/usage_report/messages} and {@code cost_report}, OpenAI's
 * {@code /v1/organization/usage/completions} and {@code costs}, by day and model.
 */
final class ReportAdmin {
    private static final long MOST_DAYS = 92;
    /** Of each report; a day of many models may be several. */
    private static final int MOST_PAGES = 100;
    /** Of all pages together: they are in memory until they are told. */
    private static final long MOST_BYTES = 32L << 20;
    /** What is let into a header. */
    private static final Pattern KEY = Pattern.compile("[\\x21-\\x7e]{8,512}");

    private final Catalog catalog;
    private final AdminReports reports;

    ReportAdmin(Catalog catalog, AdminReports reports) {
        this.catalog = catalog;
        this.reports = reports;
    }

    void add(AdminRoutes routes) {
        routes.postOutward("/ledger/report", Set.of("provider", "from", "to", "admin_key"), this::fetch);
    }

    private AdminReply fetch(AdminRequest request) {
        Provider provider = provider(request.text("provider"));
        LocalDate from = day(request, "from");
        LocalDate to = day(request, "to");
        if (from.isAfter(to) || ChronoUnit.DAYS.between(from, to) >= MOST_DAYS) {
            throw Refusal.invalid(
                    "from and to are the first and the last day of at most " + MOST_DAYS + ".", "Ask in parts.");
        }
        String key = request.text("admin_key").strip();
        if (!KEY.matcher(key).matches()) {
            throw Refusal.invalid("That is no admin key.", "Give one that the provider's console has made.");
        }
        Report report = new Report(provider);
        boolean anthropic = provider.dialects().contains(Dialect.ANTHROPIC);
        MultiMap headers = anthropic
                ? HttpHeaders.headers().add("x-api-key", key).add("anthropic-version", "2023-06-01")
                : HttpHeaders.headers().add(HttpHeaders.AUTHORIZATION, "Bearer " + key);
        for (String path : anthropic ? ofAnthropic(from, to) : ofOpenAi(from, to)) {
            readAll(report, path, headers);
        }
        ObjectNode answer = Shapes.object();
        answer.putArray("pages").addAll(report.pages);
        return AdminReply.ok(answer);
    }

    private Provider provider(String name) {
        Provider provider = catalog.view().providers().get(name);
        if (provider == null) {
            throw Refusal.notFound(
                    "There is no such provider.",
                    "The providers are "
                            + String.join(", ", catalog.view().providers().keySet()) + ".");
        }
        boolean known = provider.dialects().contains(Dialect.ANTHROPIC)
                || provider.dialects().contains(Dialect.OPENAI);
        if (!known || !provider.platform().equals(Platform.DIRECT) || name.equals(Provider.SIMULATED)) {
            throw Refusal.invalid(
                    "The reports of " + name + " cannot be fetched.",
                    "Fetched are those of Anthropic and OpenAI; give others as a file (--csv).");
        }
        return provider;
    }

    private static LocalDate day(AdminRequest request, String field) {
        String text = request.text(field);
        try {
            if (text.length() == "2026-11-22".length()) {
                return LocalDate.parse(text);
            }
        } catch (DateTimeParseException e) {
            // refused below, with the same words
        }
        throw Refusal.invalid(field + " is not a date.", "Give " + field + " as 2026-11-22.");
    }

    private static List<String> ofAnthropic(LocalDate from, LocalDate to) {
        String days = "?starting_at=" + from + "T00:00:00Z&ending_at=" + to.plusDays(1)
                + "T00:00:00Z&bucket_width=1d&limit=31&group_by%5B%5D=";
        return List.of(
                "/v1/organizations/usage_report/messages" + days + "model",
                "/v1/organizations/cost_report" + days + "description");
    }

    private static List<String> ofOpenAi(LocalDate from, LocalDate to) {
        String days = "?start_time=" + from.atStartOfDay().toEpochSecond(ZoneOffset.UTC) + "&end_time="
                + to.plusDays(1).atStartOfDay().toEpochSecond(ZoneOffset.UTC) + "&bucket_width=1d&limit=31&group_by=";
        return List.of(
                "/v1/organization/usage/completions" + days + "model", "/v1/organization/costs" + days + "line_item");
    }

    private void readAll(Report report, String path, MultiMap headers) {
        String next = "";
        for (int i = 0; i < MOST_PAGES; i++) {
            String query = next.isEmpty() ? "" : "&page=" + URLEncoder.encode(next, StandardCharsets.UTF_8);
            JsonNode page = report.add(reports.read(report.provider, path + query, headers));
            if (!page.path("has_more").asBoolean(false)) {
                return;
            }
            next = page.path("next_page").asString("");
            if (next.isEmpty()) {
                throw report.unreadable();
            }
        }
        throw report.tooLong();
    }

    /** What has come so far. */
    private static final class Report {
        private final Provider provider;
        private final List<JsonNode> pages = new ArrayList<>();
        private long bytes;

        Report(Provider provider) {
            this.provider = provider;
        }

        JsonNode add(Answer answer) {
            return switch (answer) {
                case Answer.Read(byte[] body) -> {
                    bytes += body.length;
                    if (bytes > MOST_BYTES) {
                        throw tooLong();
                    }
                    JsonNode page = parsed(body);
                    pages.add(page);
                    yield page;
                }
                case Answer.Refused(int status) ->
                    throw status == 401 || status == 403
                            ? Refusal.forbidden(
                                    provider.name() + " does not take this key for its reports (" + status + ").",
                                    "It must be an admin key of the organization, not one for models.")
                            : Refusal.unavailable(
                                    provider.name() + " answered " + status + " for its report.", "Try again shortly.");
                case Answer.Unreachable(String reason) ->
                    throw Refusal.unavailable(
                            "The report of " + provider.name() + " could not be read: " + reason + ".",
                            "Check its address: ./tollgate provider list");
            };
        }

        private JsonNode parsed(byte[] body) {
            try {
                JsonNode page = Json.MAPPER.readTree(body);
                if (page.path("data").isArray()) {
                    return page;
                }
            } catch (JacksonException e) {
                // said below: Jackson's own message repeats what it read
            }
            throw unreadable();
        }

        Refusal tooLong() {
            return Refusal.unavailable("The report of " + provider.name() + " has no end.", "Ask for fewer days.");
        }

        Refusal unreadable() {
            return Refusal.unavailable(
                    "What " + provider.name() + " answered is no report.",
                    "Check its address: ./tollgate provider list");
        }
    }
}

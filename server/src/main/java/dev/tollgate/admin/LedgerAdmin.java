package dev.tollgate.admin;

import dev.tollgate.catalog.Catalog;
import dev.tollgate.kernel.Money;
import dev.tollgate.kernel.Refusal;
import dev.tollgate.ledger.AccountBalance;
import dev.tollgate.ledger.Books;
import dev.tollgate.ledger.BooksReport;
import dev.tollgate.ledger.CallRecord;
import dev.tollgate.ledger.Charge;
import dev.tollgate.ledger.DailyUsage;
import dev.tollgate.ledger.Resolution;
import dev.tollgate.ledger.Resolutions;
import dev.tollgate.ledger.Served;
import dev.tollgate.ledger.UsageLedger;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The ledger's accounts, their verification, and the calls whose cost is not known yet. */
final class LedgerAdmin {
    private static final long MAX_DAYS = 366;

    private static final String PROVIDER = "provider:";

    private final Catalog catalog;
    private final Books books;
    private final Resolutions resolutions;
    private final UsageLedger ledger;

    LedgerAdmin(Catalog catalog, Books books, Resolutions resolutions, UsageLedger ledger) {
        this.catalog = catalog;
        this.books = books;
        this.resolutions = resolutions;
        this.ledger = ledger;
    }

    void add(AdminRoutes routes) {
        routes.get("/ledger/accounts", request -> accounts());
        routes.get("/ledger/verify", request -> verify());
        routes.get("/ledger/daily", this::daily);
        routes.get("/ledger/unreconciled", this::unreconciled);
        routes.post("/ledger/unreconciled/{request_id}/resolve", Set.of("cost_usd", "note"), this::resolve);
    }

    private AdminReply accounts() {
        return AdminReply.list(books.balances().stream().map(LedgerAdmin::shape).toList());
    }

    private static ObjectNode shape(AccountBalance account) {
        return Shapes.object()
                .put("name", account.name())
                .put("debits_usd", Money.formatUsd(account.debitsNanoUsd()))
                .put("credits_usd", Money.formatUsd(account.creditsNanoUsd()))
                .put("balance_usd", Money.formatUsd(account.balanceNanoUsd()));
    }

    private AdminReply verify() {
        BooksReport report = books.verify();
        ObjectNode verdict = Shapes.object()
                .put("ok", report.ok())
                .put("calls", report.calls())
                .put("transfers", report.transfers())
                .put("accounts", report.accounts())
                .put("debits_usd", Money.formatUsd(report.debitsNanoUsd()))
                .put("credits_usd", Money.formatUsd(report.creditsNanoUsd()));
        ArrayNode broken = verdict.putArray("broken");
        report.faults()
                .forEach(fault ->
                        broken.addObject().put("subject", fault.subject()).put("problem", fault.problem()));
        return AdminReply.ok(verdict.put("complete", report.complete()));
    }

    private AdminReply unreconciled(AdminRequest request) {
        return AdminReply.list(resolutions.unresolved(request.after(), request.pageSize()).stream()
                .map(LedgerAdmin::shape)
                .toList());
    }

    private static ObjectNode shape(CallRecord call) {
        Served served = call.end().served();
        return Shapes.object()
                .put("request_id", call.start().requestId())
                .put("at", Shapes.time(call.start().atMillis()))
                .put("key", call.start().payer().keyName())
                .put("account", call.start().payer().account())
                .put("provider", served == null ? null : served.provider())
                .put("model", served == null ? null : served.model())
                .put("billed_usd", Money.formatUsd(call.costNanoUsd()))
                .put("priced", call.priced())
                .put("reason", call.end().charge() instanceof Charge.AtReservation unknown ? unknown.reason() : "");
    }

    private AdminReply resolve(AdminRequest request) {
        String note = request.optionalText("note");
        Resolution resolution = resolutions.resolve(
                request.actorName(),
                request.path("request_id"),
                Money.parseUsd(request.text("cost_usd")),
                note == null ? "" : note);
        return AdminReply.ok(
                shape(resolution).put("request_id", resolution.call().start().requestId()));
    }

    static ObjectNode shape(Resolution resolution) {
        return Shapes.object()
                .put("at", Shapes.time(resolution.atMillis()))
                .put("billed_usd", Money.formatUsd(resolution.call().costNanoUsd()))
                .put("cost_usd", Money.formatUsd(resolution.costNanoUsd()))
                .put("difference_usd", Money.formatUsd(resolution.differenceNanoUsd()))
                .put("note", resolution.note());
    }

    private AdminReply daily(AdminRequest request) {
        String provider = request.query("provider");
        if (provider == null || provider.isEmpty()) {
            throw Refusal.invalid("provider is missing.", "Name one: tollgate provider list");
        }
        requireKnown(provider);
        LocalDate from = day(request, "from");
        LocalDate to = day(request, "to");
        if (from.isAfter(to) || ChronoUnit.DAYS.between(from, to) >= MAX_DAYS) {
            throw Refusal.invalid(
                    "from and to are the first and the last day of at most " + MAX_DAYS + ".", "Ask in parts.");
        }
        return AdminReply.list(ledger.sums().daily(provider, from, to).stream()
                .map(LedgerAdmin::shape)
                .toList());
    }

    /** One that the catalog has, or that was paid before it was removed: of any other there is nothing to compare. */
    private void requireKnown(String provider) {
        Set<String> known = new TreeSet<>(catalog.view().providers().keySet());
        books.balances().stream()
                .map(AccountBalance::name)
                .filter(name -> name.startsWith(PROVIDER))
                .map(name -> name.substring(PROVIDER.length()))
                .forEach(known::add);
        if (!known.contains(provider)) {
            throw Refusal.notFound("There is no such provider.", "The providers are " + String.join(", ", known) + ".");
        }
    }

    private static LocalDate day(AdminRequest request, String name) {
        String text = request.query(name);
        try {
            // Ten characters: java.time also reads years of nine digits, whose milliseconds overflow.
            if (text != null && text.length() == "2026-11-22".length()) {
                return LocalDate.parse(text);
            }
        } catch (DateTimeParseException e) {
            // refused below, with the same words
        }
        throw Refusal.invalid(name + " is not a date.", "Give " + name + " as 2026-11-22.");
    }

    private static ObjectNode shape(DailyUsage usage) {
        return Shapes.object()
                .put("date", usage.day().toString())
                .put("model", usage.model())
                .put("calls", usage.calls())
                .put("input_tokens", usage.inputTokens())
                .put("output_tokens", usage.outputTokens())
                .put("cache_read_tokens", usage.cacheReadTokens())
                .put("cache_write_tokens", usage.cacheWriteTokens())
                .put("cost_usd", Money.formatUsd(usage.costNanoUsd()))
                .put("unreconciled_calls", usage.unreconciled());
    }
}

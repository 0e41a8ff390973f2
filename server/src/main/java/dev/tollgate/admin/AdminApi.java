package dev.tollgate.admin;

import dev.tollgate.alert.NoticeBoard;
import dev.tollgate.audit.AuditLog;
import dev.tollgate.budget.BudgetBook;
import dev.tollgate.budget.HeavyFeatures;
import dev.tollgate.budget.RefusedCalls;
import dev.tollgate.catalog.Catalog;
import dev.tollgate.front.Route;
import dev.tollgate.identity.VirtualKeys;
import dev.tollgate.ledger.Books;
import dev.tollgate.ledger.Resolutions;
import dev.tollgate.ledger.UsageLedger;
import dev.tollgate.upstream.CredentialProbe;
import dev.tollgate.vault.Vault;
import io.vertx.core.Context;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/** The admin API. Its document is {@code openapi.yaml}; a test holds the two against each other. */
public final class AdminApi {
    /** Whoever holds the owner's token, in the audit trail. */
    static final String ACTOR = "owner";

    private final Executor blocking;
    private final CatalogAdmin catalog;
    private final CredentialAdmin credentials;
    private final KeyAdmin keys;
    private final BudgetAdmin budgets;
    private final BudgetWhy budgetWhy;
    private final FeatureAdmin features;
    private final UsageAdmin usage;
    private final LedgerAdmin books;
    private final AuditAdmin audit;
    private final Supplier<ObjectNode> status;
    private final NoticeAdmin notices;

    /** @param status the state of the server, as the document has it */
    public AdminApi(
            Executor blocking,
            Catalog catalog,
            Vault vault,
            CredentialProbe probe,
            VirtualKeys keys,
            BudgetBook budgets,
            HeavyFeatures heavyFeatures,
            RefusedCalls refusedCalls,
            UsageLedger ledger,
            Books books,
            Resolutions resolutions,
            AuditLog audit,
            InstantSource clock,
            Supplier<ObjectNode> status,
            NoticeBoard notices) {
        this.blocking = blocking;
        this.catalog = new CatalogAdmin(catalog, clock);
        this.credentials = new CredentialAdmin(vault, catalog, probe);
        this.keys = new KeyAdmin(keys, ledger);
        this.budgets = new BudgetAdmin(budgets, new BudgetScopes(keys, catalog, clock), heavyFeatures, catalog);
        this.features = new FeatureAdmin(heavyFeatures);
        this.budgetWhy = new BudgetWhy(budgets, refusedCalls, ledger, resolutions);
        this.usage = new UsageAdmin(ledger, resolutions, clock);
        this.books = new LedgerAdmin(books, resolutions, ledger);
        this.audit = new AuditAdmin(audit);
        this.status = status;
        this.notices = new NoticeAdmin(notices);
    }

    /** The routes, for one event loop. */
    public List<Route> routes(Context context) {
        AdminRoutes routes = new AdminRoutes(context, blocking);
        catalog.add(routes);
        credentials.add(routes);
        keys.add(routes);
        budgets.add(routes);
        budgetWhy.add(routes);
        features.add(routes);
        usage.add(routes);
        books.add(routes);
        audit.add(routes);
        notices.add(routes);
        routes.get("/status", request -> AdminReply.ok(status.get()));
        return routes.routes();
    }
}

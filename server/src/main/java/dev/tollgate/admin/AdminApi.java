package dev.tollgate.admin;

import dev.tollgate.alert.Alerts;
import dev.tollgate.alert.NoticeBoard;
import dev.tollgate.audit.AuditLog;
import dev.tollgate.budget.BudgetBook;
import dev.tollgate.budget.HeavyFeatures;
import dev.tollgate.budget.RateBook;
import dev.tollgate.budget.RefusedCalls;
import dev.tollgate.catalog.Catalog;
import dev.tollgate.catalog.DiscountBook;
import dev.tollgate.front.Route;
import dev.tollgate.identity.AppGrants;
import dev.tollgate.identity.Apps;
import dev.tollgate.identity.VirtualKeys;
import dev.tollgate.identity.federation.Leases;
import dev.tollgate.identity.federation.TrustRules;
import dev.tollgate.identity.people.Administrators;
import dev.tollgate.identity.people.PeopleServices;
import dev.tollgate.identity.provider.IdentityProvider;
import dev.tollgate.identity.provider.IdentityProviders;
import dev.tollgate.ledger.Books;
import dev.tollgate.ledger.Resolutions;
import dev.tollgate.ledger.UsageLedger;
import dev.tollgate.settings.ManagedSettings;
import dev.tollgate.upstream.AdminReports;
import dev.tollgate.upstream.CredentialProbe;
import dev.tollgate.vault.Vault;
import io.vertx.core.Context;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import tools.jackson.databind.node.ObjectNode;

/** The admin API. Its document is {@code openapi.yaml}; a test holds the two against each other. */
public final class AdminApi {
    private final Executor blocking;
    private final Administrators administrators;
    private final CatalogAdmin catalog;
    private final DiscountAdmin discounts;
    private final CredentialAdmin credentials;
    private final KeyAdmin keys;
    private final BudgetAdmin budgets;
    private final BudgetWhy budgetWhy;
    private final FeatureAdmin features;
    private final ReportAdmin reports;
    private final ForecastAdmin forecasts;
    private final RateAdmin rates;
    private final UsageAdmin usage;
    private final LedgerAdmin books;
    private final AuditAdmin audit;
    private final Supplier<ObjectNode> status;
    private final NoticeAdmin notices;
    private final AlertAdmin alerts;
    private final PeopleAdmin people;
    private final IdentityProviderAdmin identityProviders;
    private final FederationAdmin federation;
    private final AppAdmin apps;
    private final GrantAdmin grants;
    private final SettingsAdmin settings;

    /**
     * @param status the state of the server, as the document has it
     * @param invitationLink makes the link that opens an invitation out of its secret text
     * @param redirectUri what an identity provider must be told to send people back to
     */
    public AdminApi(
            Executor blocking,
            Administrators administrators,
            Catalog catalog,
            DiscountBook discounts,
            Vault vault,
            CredentialProbe probe,
            AdminReports reports,
            VirtualKeys keys,
            BudgetBook budgets,
            HeavyFeatures heavyFeatures,
            RateBook rates,
            RefusedCalls refusedCalls,
            UsageLedger ledger,
            Books books,
            Resolutions resolutions,
            AuditLog audit,
            InstantSource clock,
            Supplier<ObjectNode> status,
            NoticeBoard notices,
            Alerts alerts,
            PeopleServices people,
            UnaryOperator<String> invitationLink,
            IdentityProviders identityProviders,
            Function<IdentityProvider, String> redirectUri,
            TrustRules trustRules,
            Leases leases,
            Apps apps,
            AppGrants grants,
            ManagedSettings settings) {
        this.blocking = blocking;
        this.administrators = administrators;
        this.catalog = new CatalogAdmin(catalog, clock);
        this.discounts = new DiscountAdmin(discounts, clock);
        this.credentials = new CredentialAdmin(vault, catalog, probe);
        this.keys = new KeyAdmin(keys, ledger);
        Members members = new Members(people);
        Scopes scopes = new Scopes(keys, people, catalog, clock);
        this.budgets = new BudgetAdmin(budgets, scopes, heavyFeatures, catalog);
        this.features = new FeatureAdmin(heavyFeatures);
        this.rates = new RateAdmin(rates, scopes);
        this.budgetWhy = new BudgetWhy(budgets, refusedCalls, ledger, resolutions);
        this.reports = new ReportAdmin(catalog, reports);
        this.forecasts = new ForecastAdmin(ledger, members, budgets, catalog, clock);
        this.usage = new UsageAdmin(ledger, members, resolutions, clock);
        this.books = new LedgerAdmin(catalog, books, resolutions, ledger);
        this.audit = new AuditAdmin(audit);
        this.status = status;
        this.notices = new NoticeAdmin(notices);
        this.alerts = new AlertAdmin(alerts, budgets);
        this.people = new PeopleAdmin(people, invitationLink);
        this.identityProviders = new IdentityProviderAdmin(identityProviders, redirectUri);
        this.federation = new FederationAdmin(trustRules, leases);
        this.apps = new AppAdmin(apps);
        this.grants = new GrantAdmin(grants, people, members);
        this.settings = new SettingsAdmin(settings);
    }

    /** The routes, for one event loop. */
    public List<Route> routes(Context context) {
        AdminRoutes routes = new AdminRoutes(context, blocking, administrators);
        catalog.add(routes);
        discounts.add(routes);
        credentials.add(routes);
        keys.add(routes);
        budgets.add(routes);
        budgetWhy.add(routes);
        features.add(routes);
        rates.add(routes);
        usage.add(routes);
        forecasts.add(routes);
        reports.add(routes);
        books.add(routes);
        audit.add(routes);
        notices.add(routes);
        alerts.add(routes);
        people.add(routes);
        identityProviders.add(routes);
        federation.add(routes);
        apps.add(routes);
        grants.add(routes);
        settings.add(routes);
        routes.get("/status", request -> AdminReply.ok(status.get()));
        return routes.routes();
    }
}

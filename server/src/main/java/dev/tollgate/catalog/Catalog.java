package dev.tollgate.catalog;

import dev.tollgate.kernel.AuditTrail;
import dev.tollgate.kernel.Refusal;
import dev.tollgate.kernel.store.Store;
import dev.tollgate.kernel.store.WriteSession;
import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The catalog: what exists is read from {@link #view}, in memory; what changes is written to the store, with its audit
 * row, and is in the view when the call returns. Changes block; {@link #view} never does.
 */
public final class Catalog {
    private static final Logger LOG = LoggerFactory.getLogger(Catalog.class);

    /** A change in the store. It judges by what the store holds inside the transaction, and may run twice. */
    interface Change {
        void apply(WriteSession tx, CatalogView before);
    }

    private final Store store;
    private final AuditTrail audit;
    private final InstantSource clock;
    private final HostLookup lookup;
    private final Function<String, List<String>> credentialsOf;
    private final PriceFile builtinPrices;
    private final @Nullable PriceFile operatorPrices;

    /** Changes publish their views in the order in which they were committed. */
    private final ReentrantLock changing = new ReentrantLock();

    private URI simulated = BuiltinProviders.SIMULATED_NOWHERE;
    private StoredCatalog stored;
    private volatile CatalogView view;

    private Catalog(
            Store store,
            AuditTrail audit,
            InstantSource clock,
            HostLookup lookup,
            Function<String, List<String>> credentialsOf,
            Path priceFile) {
        this.store = store;
        this.audit = audit;
        this.clock = clock;
        this.lookup = lookup;
        this.credentialsOf = credentialsOf;
        this.builtinPrices = PriceFileReader.builtin();
        this.operatorPrices = PriceFileReader.operators(priceFile).orElse(null);
        this.stored = store.read(CatalogTables::read);
        this.view = assemble(stored, simulated, builtinPrices, operatorPrices);
        if (operatorPrices != null) {
            warnOfUnknownProviders(operatorPrices);
        }
    }

    private void warnOfUnknownProviders(PriceFile prices) {
        prices.models().stream()
                .map(PriceFile.Entry::provider)
                .distinct()
                .filter(provider -> !view.providers().containsKey(provider))
                .forEach(provider ->
                        LOG.warn("The price file has prices for the provider {}, which does not exist", provider));
    }

    /**
     * Reads the built-in prices, the operator's price file and the store.
     *
     * @param lookup resolves the hosts of base URLs that people type
     * @param credentialsOf the names of the credentials that a provider has; it cannot be removed while there are any. Asked
     *     on the store's writer thread, so it answers from memory
     * @param priceFile the operator's own prices; need not exist
     * @throws Refusal if the price file has a fault, naming its line and field
     */
    public static Catalog open(
            Store store,
            AuditTrail audit,
            InstantSource clock,
            HostLookup lookup,
            Function<String, List<String>> credentialsOf,
            Path priceFile) {
        return new Catalog(store, audit, clock, lookup, credentialsOf, priceFile);
    }

    private static CatalogView assemble(
            StoredCatalog stored, URI simulated, PriceFile builtin, @Nullable PriceFile operators) {
        Map<String, Provider> providers = new LinkedHashMap<>();
        BuiltinProviders.VENDORS.forEach(vendor -> providers.put(vendor.name(), vendor));
        stored.providers().forEach(provider -> providers.put(provider.name(), provider));
        providers.put(Provider.SIMULATED, BuiltinProviders.simulated(simulated));
        List<Model> models = ModelMerger.merge(builtin, operators, stored.prices());
        return CatalogView.of(providers.values(), models, stored.aliases(), new Discounts(stored.discounts()));
    }

    /** The catalog as it is now. */
    public CatalogView view() {
        return view;
    }

    /** Where the simulated provider listens in this process. Never stored. */
    public void setSimulatedProvider(URI baseUrl) {
        changing.lock();
        try {
            simulated = baseUrl;
            publish(stored);
        } finally {
            changing.unlock();
        }
    }

    /** Reads the store again, after another node has changed it. Blocking. */
    public void reload() {
        changing.lock();
        try {
            publish(store.read(CatalogTables::read));
        } finally {
            changing.unlock();
        }
    }

    private void publish(StoredCatalog now) {
        stored = now;
        view = assemble(now, simulated, builtinPrices, operatorPrices);
    }

    CatalogView change(Change change) {
        changing.lock();
        try {
            URI simulatedNow = simulated;
            publish(store.write(tx -> {
                StoredCatalog before = CatalogTables.read(tx.handle());
                change.apply(tx, assemble(before, simulatedNow, builtinPrices, operatorPrices));
                return CatalogTables.read(tx.handle());
            }));
            return view;
        } finally {
            changing.unlock();
        }
    }

    /**
     * Adds a provider that speaks a known dialect.
     *
     * @throws Refusal if the name is not well formed or taken, the address is none that the gate may call, or the platform
     *     does not host what speaks the dialect or does not know the way to authenticate
     */
    public Provider addProvider(NewProvider wanted, String actor) {
        String name = wanted.name();
        Platform platform = wanted.platform();
        Names.requireProvider(name);
        CatalogRules.requireNewProvider(view, name);
        CatalogRules.requireHosted(platform, wanted.dialect());
        AuthStyle usual = platform.equals(Platform.DIRECT)
                ? AuthStyle.usualFor(wanted.dialect())
                : platform.auths().getFirst();
        AuthStyle style = wanted.auth() == null ? usual : wanted.auth();
        CatalogRules.requireAuth(platform, style);
        String typed =
                wanted.baseUrl() == null ? platform.address().orElseThrow(CatalogRules::noAddress) : wanted.baseUrl();
        Provider provider = new Provider(name, Set.of(wanted.dialect()), platform, cleanAndCheck(typed), style, false);
        change((tx, before) -> {
            CatalogRules.requireNewProvider(before, name);
            CatalogTables.put(tx.handle(), provider, clock.millis());
            audit.record(tx, actor, "provider.added", name, AuditDetails.of(provider));
        });
        return provider;
    }

    /**
     * Moves a provider, or changes how it is authenticated to. What is {@code null} stays as it is.
     *
     * @throws Refusal if there is no such provider, it is the simulated one, or the address is none that the gate may call
     */
    public Provider changeProvider(String name, @Nullable String baseUrl, @Nullable AuthStyle auth, String actor) {
        CatalogRules.requireMovable(name);
        CatalogRules.requireProvider(view, name);
        if (baseUrl == null && auth == null) {
            throw Refusal.invalid("Nothing is to be changed.", "Give a base URL or a way to authenticate.");
        }
        URI cleaned = baseUrl == null ? null : cleanAndCheck(baseUrl);
        CatalogView after = change((tx, before) -> {
            Provider old = CatalogRules.requireProvider(before, name);
            URI baseUrlNow = cleaned == null ? old.baseUrl() : cleaned;
            AuthStyle authNow = auth == null ? old.auth() : auth;
            CatalogRules.requireAuth(old.platform(), authNow);
            Provider changed = new Provider(name, old.dialects(), old.platform(), baseUrlNow, authNow, old.builtin());
            CatalogTables.put(tx.handle(), changed, clock.millis());
            audit.record(tx, actor, "provider.changed", name, AuditDetails.of(changed));
        });
        return CatalogRules.requireProvider(after, name);
    }

    private URI cleanAndCheck(String typed) {
        URI cleaned = OutboundAddress.clean(typed);
        OutboundAddress.check(cleaned, lookup);
        return cleaned;
    }

    /**
     * Removes a provider and the prices that were set for its models.
     *
     * @throws Refusal if there is none, it is built in, or a credential or an alias names it
     */
    public void removeProvider(String name, String actor) {
        change((tx, before) -> {
            Provider provider = CatalogRules.requireProvider(before, name);
            CatalogRules.requireUnused(before, provider, credentialsOf.apply(name));
            CatalogTables.removeProvider(tx.handle(), name);
            audit.record(tx, actor, "provider.removed", name, AuditDetails.of(provider));
        });
    }

    /**
     * Points an alias at candidates; replaces what it pointed at.
     *
     * @param unpriced whether candidates without a price in force are meant; not kept
     * @throws Refusal if the name or a candidate is not well formed, a candidate's provider does not exist, a candidate has no
     *     price and that is not meant, or the cheaper alias is none that calls may fall to
     */
    public AliasChange setAlias(Alias alias, boolean unpriced, String actor) {
        String name = alias.name();
        Names.requireAlias(name);
        CatalogView after = change((tx, before) -> {
            CatalogRules.requireCandidates(before, alias.candidates());
            if (!unpriced) {
                CatalogRules.requirePrices(before, alias.candidates(), clock.instant());
            }
            CheaperRules.require(before, alias);
            CatalogTables.put(tx.handle(), alias, clock.millis());
            audit.record(tx, actor, "alias.set", name, AuditDetails.of(alias, unpriced));
        });
        List<Model> shadowed = after.modelsNamed(name);
        return new AliasChange(
                alias, shadowed.isEmpty() ? null : shadowed.getFirst().qualifiedName());
    }

    /**
     * Removes an alias.
     *
     * @throws Refusal if there is none, or it is another one's cheaper alias
     */
    public void removeAlias(String name, String actor) {
        change((tx, before) -> {
            CatalogRules.requireAlias(before, name);
            CheaperRules.requireNoneFallsTo(before, name);
            CatalogTables.removeAlias(tx.handle(), name);
            audit.record(tx, actor, "alias.removed", name, AuditDetails.NONE);
        });
    }

    /**
     * Sets a price from a day on, in place of the built-in one. The same day again replaces it; other days are kept. What is not
     * said is inherited from the price that would hold on that day ({@link PriceInheritance}).
     *
     * @throws Refusal if the provider does not exist, the id is not well formed or a price is out of range
     */
    public PriceChange setPrice(String provider, String model, NewPrice price, String actor) {
        Names.requireModel(model);
        LocalDate since = price.since() == null ? LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC) : price.since();
        CatalogRules.requirePriceDay(since);
        CatalogView after = change((tx, before) -> {
            CatalogRules.requireProvider(before, provider);
            String id = before.model(provider, model).map(Model::id).orElse(model);
            // What it replaces is no price to inherit from: the same command twice means the same as once.
            CatalogTables.removePrice(tx.handle(), provider, id, since);
            Price dated = PriceInheritance.complete(price, since, priceOn(since, provider, id, tx.handle()));
            CatalogTables.put(tx.handle(), provider, id, dated, clock.millis());
            audit.record(tx, actor, "price.set", provider + '/' + id, AuditDetails.of(dated));
        });
        Model changed = after.model(provider, model).orElseThrow();
        return new PriceChange(changed, changed.priceFrom(since).orElseThrow());
    }

    private @Nullable Price priceOn(LocalDate day, String provider, String id, Handle handle) {
        return ModelMerger.merge(
                        builtinPrices,
                        operatorPrices,
                        CatalogTables.read(handle).prices())
                .stream()
                .filter(model -> model.provider().equals(provider) && model.id().equals(id))
                .flatMap(model -> model.priceAt(day.atStartOfDay(ZoneOffset.UTC).toInstant()).stream())
                .findFirst()
                .orElse(null);
    }
}

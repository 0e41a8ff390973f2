package dev.tollgate.identity.provider;

import dev.tollgate.identity.people.Actor;
import dev.tollgate.identity.people.OutsideIdentities;
import dev.tollgate.identity.people.Role;
import dev.tollgate.kernel.AuditTrail;
import dev.tollgate.kernel.Json;
import dev.tollgate.kernel.Refusal;
import dev.tollgate.kernel.SealedColumn;
import dev.tollgate.kernel.TextSealer;
import dev.tollgate.kernel.store.Store;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/** The OpenID providers by which people sign in: added, listed, removed. Blocking, all of it. */
public final class IdentityProviders {
    /** Where the clients' secrets lie. */
    public static final SealedColumn SEALED =
            new SealedColumn("identity providers", "identity_provider", "name", "sealed");

    private static final int MOST = 20;
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?");
    private static final Pattern TITLE = Pattern.compile("[\\p{L}\\p{N}][\\p{L}\\p{N}\\p{P} ]{0,59}");
    /** RFC 6749 appendix A: visible ASCII. The space is left out, which no provider has. */
    private static final Pattern PLAIN = Pattern.compile("[\\x21-\\x7e]{1,512}");

    private static final Pattern SECRET = Pattern.compile("[\\x20-\\x7e]{0,512}");
    private static final Pattern DOMAIN = Pattern.compile("([a-z0-9]([a-z0-9-]*[a-z0-9])?\\.)+[a-z0-9-]{2,63}");
    private static final Pattern TENANT = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    /** Asks a provider whether it is there. */
    @FunctionalInterface
    public interface Introduction {
        /**
         * Judges its address and reads its configuration.
         *
         * @throws Refusal if it may not be called, does not answer, or is not the one it was said to be
         */
        void check(IdentityProvider provider);
    }

    private final Store store;
    private final AuditTrail audit;
    private final TextSealer sealer;
    private final InstantSource clock;
    private final Introduction introduction;

    /** With the way to ask a provider for its configuration. */
    public IdentityProviders(
            Store store, AuditTrail audit, TextSealer sealer, InstantSource clock, Introduction introduction) {
        this.store = store;
        this.audit = audit;
        this.sealer = sealer;
        this.clock = clock;
        this.introduction = introduction;
    }

    /** All of them, by title. */
    public List<IdentityProvider> list() {
        return store.read(IdentityProviderTable::all);
    }

    /** Whose ID tokens let people in now. */
    public static Set<String> issuers(Handle handle) {
        return IdentityProviderTable.all(handle).stream()
                .flatMap(provider -> provider.issuers().stream())
                .collect(Collectors.toUnmodifiableSet());
    }

    /** The one of that name. */
    public Optional<IdentityProvider> find(String name) {
        return store.read(handle -> IdentityProviderTable.find(handle, name)).map(IdentityProviderTable.Row::provider);
    }

    /**
     * The client's secret; empty for a client without one, and if the provider has been removed.
     *
     * @throws Refusal if the stored row has been edited: the secret goes nowhere but where it was meant for
     */
    public Optional<String> clientSecret(IdentityProvider provider) {
        return store.read(handle -> IdentityProviderTable.find(handle, provider.name()))
                .map(IdentityProviderTable.Row::sealed)
                .filter(kept -> !kept.isEmpty())
                .map(kept -> sealer.open(provider.name(), kept))
                .map(clear -> secret(provider, clear));
    }

    /**
     * Adds one, after it has been asked for its configuration.
     *
     * @throws Refusal if anything of it is not good, its name is taken, it does not answer, or the actor is no owner
     */
    public IdentityProvider add(NewIdentityProvider wanted, Actor actor) {
        requireOwner(actor);
        IdentityProvider provider = checked(wanted);
        introduction.check(provider);
        store.write(tx -> {
            if (IdentityProviderTable.all(tx.handle()).size() >= MOST) {
                throw Refusal.conflict(
                        "There are " + MOST + " identity providers.",
                        "Remove one: tollgate identity-provider remove NAME");
            }
            String sealed = wanted.clientSecret().isEmpty()
                    ? ""
                    : sealer.seal(provider.name(), target(provider) + wanted.clientSecret());
            if (!IdentityProviderTable.insert(tx.handle(), provider, sealed)) {
                throw Refusal.conflict(
                        "There is an identity provider of that name.",
                        "Choose another, or: tollgate identity-provider remove NAME");
            }
            audit.record(tx, actor.name(), "identity_provider.added", provider.name(), detail(provider));
            return provider;
        });
        return provider;
    }

    private IdentityProvider checked(NewIdentityProvider wanted) {
        require(NAME, wanted.name(), "The name is not well formed.", "Use up to 40 of a-z, 0-9 and '-'.");
        require(TITLE, wanted.title(), "The title is not well formed.", "Use up to 60 letters, digits and spaces.");
        require(PLAIN, wanted.clientId(), "The client id is not well formed.", "Copy it from the provider.");
        require(SECRET, wanted.clientSecret(), "The client secret is not well formed.", "Copy it from the provider.");
        List<String> domains = lower(wanted.hostedDomains());
        List<String> tenants = lower(wanted.tenants());
        domains.forEach(
                domain -> require(DOMAIN, domain, "A hosted domain is no domain.", "Give one such as example.com."));
        tenants.forEach(tenant -> require(
                TENANT, tenant, "A tenant is no tenant id.", "Give it as Microsoft shows it: 8-4-4-4-12 hex digits."));
        String issuer = wanted.issuer().strip();
        if (!issuer.matches("https?://[\\x21-\\x7e&&[^?#@]]{1,500}")) {
            throw Refusal.invalid("The issuer is not a plain URL.", "Give one such as https://accounts.google.com.");
        }
        if (IdentityProvider.isForMany(issuer) == tenants.isEmpty()) {
            throw Refusal.invalid(
                    "Tenants belong to an issuer for many of them, and it to tenants.",
                    "Give your own tenant's issuer, https://login.microsoftonline.com/TENANT/v2.0; or that of"
                            + " organizations, and each tenant with --tenant.");
        }
        return new IdentityProvider(
                wanted.name(),
                wanted.title(),
                issuer,
                wanted.clientId(),
                domains,
                tenants,
                wanted.near(),
                clock.instant().truncatedTo(ChronoUnit.MILLIS));
    }

    private static void require(Pattern pattern, String value, String message, String cure) {
        if (!pattern.matcher(value).matches()) {
            throw Refusal.invalid(message, cure);
        }
    }

    private static List<String> lower(List<String> texts) {
        return texts.stream()
                .map(text -> text.toLowerCase(Locale.ROOT))
                .distinct()
                .toList();
    }

    /**
     * Removes one. The links of people to it stay, and work again if it is added again with the same registration there.
     * Another provider of the same issuer may let in others, so it does not count in place of this one.
     *
     * @param evenIfNeeded even if people can sign in through it alone; they can be invited again
     * @throws Refusal if there is no such provider, people need it, or the actor is no owner
     */
    public void remove(String name, boolean evenIfNeeded, Actor actor) {
        requireOwner(actor);
        store.write(tx -> {
            IdentityProvider provider = IdentityProviderTable.find(tx.handle(), name)
                    .map(IdentityProviderTable.Row::provider)
                    .orElseThrow(() -> Refusal.notFound(
                            "There is no such identity provider.",
                            "See the names with: tollgate identity-provider list"));
            IdentityProviderTable.delete(tx.handle(), name);
            List<String> twins = IdentityProviderTable.all(tx.handle()).stream()
                    .filter(other -> other.issuers().stream().anyMatch(provider.issuers()::contains))
                    .map(IdentityProvider::name)
                    .toList();
            Set<String> left = new HashSet<>(issuers(tx.handle()));
            provider.issuers().forEach(left::remove);
            long needed = OutsideIdentities.countOnlyBy(tx, Set.copyOf(provider.issuers()), left);
            if (needed > 0 && !evenIfNeeded) {
                throw Refusal.conflict(
                        (needed == 1 ? "1 person" : needed + " people") + needing(twins),
                        "Let them add a passkey or a password first. To remove it all the same, and invite them again:"
                                + " tollgate identity-provider remove " + name + " --force");
            }
            audit.record(tx, actor.name(), "identity_provider.removed", name, detail(provider));
            return true;
        });
    }

    private static String needing(List<String> twins) {
        return twins.isEmpty()
                ? " can sign in through it alone."
                : " can sign in through this issuer alone. Another provider of the same issuer stays ("
                        + String.join(", ", twins) + "), and may or may not let them in.";
    }

    /** A provider vouches for everybody's email, an invited owner's too. */
    private static void requireOwner(Actor actor) {
        if (actor.role() != Role.OWNER) {
            throw Refusal.forbidden("Identity providers are an owner's to change.", "Ask an owner.");
        }
    }

    /** Stands before the secret within what is sealed, so that a row that is pointed elsewhere gives nothing. */
    private static String target(IdentityProvider provider) {
        return provider.issuer() + " " + provider.clientId() + " ";
    }

    private static String secret(IdentityProvider provider, String clear) {
        String target = target(provider);
        if (!clear.startsWith(target)) {
            throw Refusal.conflict(
                    "The stored row of the identity provider " + provider.name() + " has been edited.",
                    "Remove it and add it again: tollgate identity-provider remove " + provider.name());
        }
        return clear.substring(target.length());
    }

    private static String detail(IdentityProvider provider) {
        return Json.MAPPER
                .createObjectNode()
                .put("issuer", provider.issuer())
                .put("client_id", provider.clientId())
                .put("hosted_domains", String.join(" ", provider.hostedDomains()))
                .put("tenants", String.join(" ", provider.tenants()))
                .put("private", provider.near())
                .toString();
    }
}

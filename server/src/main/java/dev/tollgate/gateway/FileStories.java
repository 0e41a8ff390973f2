package dev.tollgate.gateway;

import dev.tollgate.access.Decision;
import dev.tollgate.catalog.Candidate;
import dev.tollgate.catalog.CatalogView;
import dev.tollgate.catalog.Model;
import dev.tollgate.catalog.Provider;
import dev.tollgate.dialects.Dialect;
import dev.tollgate.dialects.ErrorKind;
import dev.tollgate.dialects.ProviderObject;
import dev.tollgate.gateway.Errands.Got;
import dev.tollgate.holdings.Holding;
import dev.tollgate.holdings.Holding.Kind;
import dev.tollgate.holdings.Holding.State;
import dev.tollgate.holdings.Holdings;
import dev.tollgate.identity.ModelGlob;
import dev.tollgate.kernel.store.StoreUnavailable;
import dev.tollgate.routing.Hop;
import dev.tollgate.routing.Plan;
import io.vertx.core.http.HttpMethod;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files at a provider of the caller's dialect (Anthropic's Files API, OpenAI's Files), each request as one story. A file's bytes, name
 * and type pass untouched, piece by piece ({@link Upload}); storing costs nothing. Everything here blocks.
 */
final class FileStories {
    private static final Logger LOG = LoggerFactory.getLogger(FileStories.class);
    private static final String COLLECTION = "/v1/files";

    private final Services services;
    private final Holdings holdings;
    private final BatchBilling ways;
    private final Senders senders;

    FileStories(Services services, Holdings holdings, BatchBilling ways, Senders senders) {
        this.services = services;
        this.holdings = holdings;
        this.ways = ways;
        this.senders = senders;
    }

    Told upload(Asked asked) {
        if (!isMultipart(asked.headers().get("content-type"))) {
            return new Told.Refusal(
                    ErrorKind.UNSUPPORTED_MEDIA_TYPE, "A file comes as `content-type: multipart/form-data`.");
        }
        List<Candidate> homes = homes(asked);
        if (homes.isEmpty()) {
            return new Told.Refusal(
                    ErrorKind.NOT_FOUND,
                    "No provider of the " + asked.dialect().wireName()
                            + " dialect is open to this key. An operator can add a credential: `tollgate credential add`.");
        }
        Plan plan = services.planner().plan(homes.subList(0, 1), asked.caller().keyId());
        if (!(plan instanceof Plan.Ways(List<Hop> hops))) {
            return Senders.noWay(plan);
        }
        return new Told.Upload(hops, asked.onward(HttpMethod.POST, COLLECTION), mostBytes(asked.dialect()));
    }

    /** What the vendor takes of one file, and a MiB for the form around it. */
    private static long mostBytes(Dialect dialect) {
        long mebibytes = switch (dialect) {
            case ANTHROPIC -> 500;
            case OPENAI -> 512;
            case GEMINI, CONVERSE -> throw new IllegalArgumentException("no files in this dialect");
        };
        return (mebibytes + 1) << 20;
    }

    /** The file has gone, or as much of it as the provider would take. */
    Told uploaded(Asked asked, Senders.Sent sent) {
        senders.learned(sent.hop(), sent.got());
        if (sent.got() instanceof Got.Said said && said.isGood()) {
            Optional<ProviderObject> named = ProviderObject.read(said.body());
            if (named.isEmpty()) {
                return new Told.Refusal(ErrorKind.BAD_GATEWAY, "The provider took the file and did not name it.");
            }
            keep(asked, sent.hop(), named.get().id(), said.body());
        }
        Told told = Senders.told(sent);
        return told instanceof Told.Refusal(ErrorKind kind, String message, long seconds) && mayGoAgain(sent.got())
                ? new Told.Refusal(kind, message + " " + Texts.SEND_AGAIN, seconds)
                : told;
    }

    private static boolean mayGoAgain(Got got) {
        return switch (got) {
            case Got.Said said -> said.status() == 401;
            case Got.Nothing nothing -> true;
            case Got.Unreadable unreadable -> false;
        };
    }

    private static boolean isMultipart(@Nullable String type) {
        return type != null && type.toLowerCase(Locale.ROOT).startsWith("multipart/form-data");
    }

    /** A file that cannot be noted would belong to nobody: it is taken back. */
    private void keep(Asked asked, Hop hop, String id, byte[] seen) {
        Holding file = new Holding(
                asked.requestId(),
                Kind.FILE,
                id,
                asked.dialect().wireName(),
                hop.candidate().provider().name(),
                hop.credentialId(),
                hop.credentialName(),
                asked.payer(),
                asked.app(),
                asked.atMillis(),
                State.SETTLED,
                List.of(),
                false,
                0,
                new String(seen, StandardCharsets.UTF_8));
        try {
            holdings.kept(file);
        } catch (StoreUnavailable e) {
            Got got = senders.one(hop, asked.onward(HttpMethod.DELETE, pathOf(file)))
                    .got();
            LOG.error(
                    "The file {} could not be noted; to take it back gave {}",
                    id,
                    got.getClass().getSimpleName());
            throw e;
        }
    }

    /**
     * The providers that may keep the caller's files, the best first: the vendor of the dialect, then others, the simulated one
     * last. Only such as there is a credential for, and of which the key may use some model.
     */
    private List<Candidate> homes(Asked asked) {
        CatalogView catalog = services.catalog().view();
        String vendor = asked.dialect().wireName();
        Comparator<Provider> order = Comparator.comparing(
                        (Provider p) -> !p.name().equals(vendor))
                .thenComparing(p -> p.name().equals(Provider.SIMULATED))
                .thenComparing(Provider::name);
        return catalog.providers().values().stream()
                .filter(provider -> provider.speaks(asked.dialect())
                        && BatchAdmission.keepsHoldings(provider)
                        && services.planner().hasCredential(provider)
                        && mayUse(asked, provider, catalog))
                .sorted(order)
                .map(provider -> new Candidate(provider, Kind.FILE.wireName(), null, false))
                .toList();
    }

    private boolean mayUse(Asked asked, Provider provider, CatalogView catalog) {
        List<String> globs = asked.caller().modelGlobs();
        String prefix = provider.name() + "/";
        if (globs.isEmpty()
                || globs.stream().anyMatch(glob -> glob.startsWith(prefix) || ModelGlob.matches(glob, prefix))) {
            return true;
        }
        for (Model model : catalog.models()) {
            if (model.qualifiedName().startsWith(prefix)
                    && services.access()
                                    .decide(
                                            asked.caller(),
                                            catalog.resolve(
                                                    model.qualifiedName(),
                                                    asked.dialect(),
                                                    services.clock().instant()),
                                            model.qualifiedName())
                            instanceof Decision.Permitted) {
                return true;
            }
        }
        return false;
    }

    Told list(Asked asked) {
        return HoldingPage.told(holdings, Kind.FILE, asked, file -> file.seen().getBytes(StandardCharsets.UTF_8));
    }

    Told retrieve(Asked asked) {
        return own(asked, (file, hop) -> Senders.told(senders.one(hop, asked.onward(HttpMethod.GET, pathOf(file)))));
    }

    Told content(Asked asked) {
        return own(asked, (file, hop) -> new Told.Piped(hop, asked.onward(HttpMethod.GET, pathOf(file) + "/content")));
    }

    Told delete(Asked asked) {
        return own(asked, (file, hop) -> {
            Told told = Senders.told(senders.one(hop, asked.onward(HttpMethod.DELETE, pathOf(file))));
            if (told instanceof Told.Body body && (body.status() < 300 || body.status() == 404)) {
                holdings.deleted(file);
            }
            return told;
        });
    }

    private static String pathOf(Holding file) {
        return COLLECTION + "/" + file.id();
    }

    @FunctionalInterface
    private interface OfFile {
        Told tell(Holding file, Hop hop);
    }

    private Told own(Asked asked, OfFile then) {
        Function<Holding, Told> found = file -> ways.way(file)
                .map(hop -> then.tell(file, hop))
                .orElseGet(() -> new Told.Refusal(
                        ErrorKind.UNAVAILABLE,
                        "The credential or provider that keeps this file is not there any more. An operator can look:"
                                + " `tollgate credential list`."));
        return holdings.find(
                        Kind.FILE, asked.dialect().wireName(), asked.caller().keyId(), asked.id())
                .map(found)
                .orElseGet(() -> new Told.Refusal(ErrorKind.NOT_FOUND, "This key has no file of that id."));
    }
}

package dev.tollgate.catalog;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.dialects.ServiceTier;
import dev.tollgate.kernel.Refusal;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads a price file, the one that comes with Tollgate or the operator's own: they have one format. Prices are US
 * dollars per million tokens. A cache price that is left out is the input price. {@code service_tiers} are factors of the
 * tokens' prices; a call in a tier that has none is billed at its reservation.
 */
final class PriceFileReader {
    private static final TableFile FILE =
            new TableFile("The price file", 4, "Correct the file, or move it away to use the built-in prices.");

    private final JsonCursor json;
    private final String source;
    private LocalDate date = LocalDate.EPOCH;

    private PriceFileReader(JsonCursor json, String source) {
        this.json = json;
        this.source = source;
    }

    /** The prices that come with Tollgate. */
    static PriceFile builtin() {
        return read(TableFile.builtin("prices.json"), "The built-in price file", "built-in price file");
    }

    /**
     * The operator's own prices, if there is such a file.
     *
     * @throws Refusal if it cannot be read or has a fault, naming its line and field
     */
    static Optional<PriceFile> operators(Path file) {
        return FILE.operators(file).map(bytes -> read(bytes, FILE.name() + ' ' + file, "price file"));
    }

    /**
     * Reads one file.
     *
     * @param name what to call it in a refusal
     * @param source what to call it as the source of a price; its date is added
     */
    static PriceFile read(byte[] bytes, String name, String source) {
        try (JsonCursor json = new JsonCursor(bytes, name, FILE.cure())) {
            PriceFile file = new PriceFileReader(json, source).file();
            json.end();
            return file;
        }
    }

    /** A long-context tier as {@link PriceFileWriter} has written it. */
    static @Nullable LongContext storedLongContext(@Nullable String stored) {
        return stored == null ? null : stored(stored, "long_context", PriceFileReader::longContext);
    }

    /** Factors as {@link PriceFileWriter} has written them. */
    static Map<ServiceTier, Long> storedTiers(@Nullable String stored) {
        return stored == null ? Map.of() : stored(stored, "service_tiers", PriceFileReader::serviceTiers);
    }

    static SearchUnit storedUnit(@Nullable String stored) {
        return SearchUnit.PROMPT.wireName().equals(stored) ? SearchUnit.PROMPT : SearchUnit.REQUEST;
    }

    private static <T> T stored(String stored, String column, Function<PriceFileReader, T> part) {
        String name = "The store's model_price." + column;
        try (JsonCursor json = new JsonCursor(stored.getBytes(UTF_8), name, "Set the price again.")) {
            return part.apply(new PriceFileReader(json, Price.OPERATOR));
        }
    }

    private PriceFile file() {
        LocalDate dated = null;
        List<PriceFile.Entry> models = null;
        json.enterObject();
        for (String field = json.field(); field != null; field = json.field()) {
            switch (field) {
                case "date" -> {
                    dated = json.date();
                    date = dated;
                }
                case "models" -> {
                    // The date is part of every price's source, so it comes first.
                    json.required(dated, "date (before models)");
                    models = json.list(this::entry);
                }
                default -> throw json.unknownField(field);
            }
        }
        return new PriceFile(json.required(dated, "date"), withoutDoubles(json.required(models, "models")));
    }

    private List<PriceFile.Entry> withoutDoubles(List<PriceFile.Entry> models) {
        Set<String> seen = new HashSet<>();
        for (PriceFile.Entry entry : models) {
            Set<String> ids = new LinkedHashSet<>(entry.alsoIds());
            ids.add(entry.id());
            for (String id : ids) {
                if (!seen.add(entry.provider() + '/' + id)) {
                    throw json.fault("the model " + entry.provider() + '/' + id + " stands in the file twice");
                }
            }
        }
        return List.copyOf(models);
    }

    private PriceFile.Entry entry() {
        String provider = null;
        String id = null;
        Set<String> also = Set.of();
        String name = null;
        LocalDate released = null;
        Long context = null;
        Long maxOutput = null;
        List<Price> prices = null;
        json.enterObject();
        for (String field = json.field(); field != null; field = json.field()) {
            switch (field) {
                case "provider" -> provider = named(json.text(), Names::requireProvider);
                case "id" -> id = named(json.text(), Names::requireModel);
                case "also" -> also = Set.copyOf(json.list(() -> named(json.text(), Names::requireModel)));
                case "name" -> name = json.text();
                case "released" -> released = json.date();
                case "context_tokens" -> context = json.count();
                case "max_output_tokens" -> maxOutput = json.count();
                case "prices" -> prices = prices();
                default -> throw json.unknownField(field);
            }
        }
        return new PriceFile.Entry(
                json.required(provider, "provider"),
                json.required(id, "id"),
                also,
                name,
                released,
                context,
                maxOutput,
                json.required(prices, "prices"));
    }

    private String named(String text, Consumer<String> rule) {
        try {
            rule.accept(text);
            return text;
        } catch (Refusal e) {
            throw json.fault("this name is not well formed");
        }
    }

    private List<Price> prices() {
        List<Price> prices = json.list(this::price);
        if (prices.isEmpty()) {
            throw json.fault("at least one price was expected");
        }
        prices.sort(Comparator.comparing(Price::since));
        for (int i = 1; i < prices.size(); i++) {
            if (prices.get(i).since().equals(prices.get(i - 1).since())) {
                throw json.fault("two prices begin on " + prices.get(i).since());
            }
        }
        return List.copyOf(prices);
    }

    private Price price() {
        Rates rates = new Rates();
        long search = 0;
        SearchUnit unit = SearchUnit.REQUEST;
        Map<ServiceTier, Long> tiers = Map.of();
        LongContext longContext = null;
        LocalDate since = null;
        String page = null;
        json.enterObject();
        for (String field = json.field(); field != null; field = json.field()) {
            switch (field) {
                case "since" -> since = json.date();
                case "source" -> page = json.text();
                case "web_search_usd_per_request" -> search = json.usd();
                case "web_search_unit" -> unit = searchUnit();
                case "long_context" -> longContext = longContext();
                case "service_tiers" -> tiers = serviceTiers();
                default -> rates.read(field);
            }
        }
        String from = source + " of " + date + (page == null ? "" : ": " + page);
        return new Price(
                rates.input(),
                rates.output(),
                rates.orInput(rates.cacheRead),
                rates.orInput(rates.cacheWrite5m),
                rates.orInput(rates.cacheWrite1h),
                search,
                unit,
                longContext,
                tiers,
                json.required(since, "since"),
                from);
    }

    private SearchUnit searchUnit() {
        String text = json.text();
        for (SearchUnit unit : SearchUnit.values()) {
            if (unit.wireName().equals(text)) {
                return unit;
            }
        }
        throw json.fault("a unit is request or prompt");
    }

    private Map<ServiceTier, Long> serviceTiers() {
        Map<ServiceTier, Long> factors = new EnumMap<>(ServiceTier.class);
        json.enterObject();
        for (String field = json.field(); field != null; field = json.field()) {
            ServiceTier tier = ServiceTier.of(field).orElse(ServiceTier.OTHER);
            if (tier == ServiceTier.STANDARD || tier == ServiceTier.OTHER) {
                throw json.unknownField(field);
            }
            factors.put(tier, json.factorMillionths());
        }
        return factors;
    }

    private LongContext longContext() {
        Rates rates = new Rates();
        Long above = null;
        json.enterObject();
        for (String field = json.field(); field != null; field = json.field()) {
            if (field.equals("above_tokens")) {
                above = json.count();
            } else {
                rates.read(field);
            }
        }
        return new LongContext(
                json.required(above, "above_tokens"),
                rates.input(),
                rates.output(),
                rates.orInput(rates.cacheRead),
                rates.orInput(rates.cacheWrite5m),
                rates.orInput(rates.cacheWrite1h));
    }

    /** The five prices that a price and its long-context tier have alike. Input and output are never taken for free. */
    private final class Rates {
        private @Nullable Long input;
        private @Nullable Long output;
        private @Nullable Long cacheRead;
        private @Nullable Long cacheWrite5m;
        private @Nullable Long cacheWrite1h;

        void read(String field) {
            switch (field) {
                case "input_usd_per_mtok" -> input = json.usd();
                case "output_usd_per_mtok" -> output = json.usd();
                case "cache_read_usd_per_mtok" -> cacheRead = json.usd();
                case "cache_write_5m_usd_per_mtok" -> cacheWrite5m = json.usd();
                case "cache_write_1h_usd_per_mtok" -> cacheWrite1h = json.usd();
                default -> throw json.unknownField(field);
            }
        }

        long input() {
            return json.required(input, "input_usd_per_mtok");
        }

        long output() {
            return json.required(output, "output_usd_per_mtok");
        }

        long orInput(@Nullable Long rate) {
            return rate == null ? input() : rate;
        }
    }
}

package dev.tollgate.catalog;

import dev.tollgate.dialects.Dialect;
import java.net.URI;
import java.util.List;
import java.util.Set;

/** The providers that exist from the start. */
final class BuiltinProviders {
    /** The vendors, at the addresses that their documentation gives; each named after its dialect. */
    static final List<Provider> VENDORS = List.of(
            vendor(Dialect.ANTHROPIC, "https://api.anthropic.com"),
            vendor(Dialect.OPENAI, "https://api.openai.com"),
            vendor(Dialect.GEMINI, "https://generativelanguage.googleapis.com"));

    /** Until the server knows where it listens: the discard port, where nothing answers. */
    static final URI SIMULATED_NOWHERE = URI.create("http://127.0.0.1:9");

    private BuiltinProviders() {}

    private static Provider vendor(Dialect dialect, String baseUrl) {
        return new Provider(nameOf(dialect), Set.of(dialect), URI.create(baseUrl), AuthStyle.usualFor(dialect), true);
    }

    /** The vendor of a dialect, to which its unknown models go. */
    static String nameOf(Dialect dialect) {
        return dialect.wireName();
    }

    static Provider simulated(URI baseUrl) {
        return new Provider(Provider.SIMULATED, Dialect.OF_CLIENTS, baseUrl, AuthStyle.NONE, true);
    }

    static boolean isBuiltin(String name) {
        return name.equals(Provider.SIMULATED)
                || VENDORS.stream().anyMatch(vendor -> vendor.name().equals(name));
    }
}

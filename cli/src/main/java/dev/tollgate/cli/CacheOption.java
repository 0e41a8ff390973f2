package dev.tollgate.cli;

import java.time.Duration;
import java.util.List;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Whether answers may be given again, as {@code --cache} says it and as tables show it: {@code 10m}, {@code 10m,account}. */
final class CacheOption implements ITypeConverter<Json.Obj> {
    private static final Duration MOST = Duration.ofDays(7);
    private static final List<String> SCOPES = List.of("caller", "account");

    static Arg<Json.Obj> of(Command command) {
        return command.option(
                "--cache",
                "DURATION[,SCOPE]",
                Json.Obj.class,
                new CacheOption(),
                "Give the same answer again to the same call: for how long (7d at most), and to the same key (caller) or all of"
                        + " the account (account). Default: never; caller.");
    }

    @Override
    public Json.Obj convert(String text) {
        int comma = text.indexOf(',');
        Duration age = new Durations().convert(comma < 0 ? text : text.substring(0, comma));
        if (age.compareTo(MOST) > 0) {
            throw new TypeConversionException("longer than 7d");
        }
        Json.Obj cache = Json.object().put("max_age_seconds", age.toSeconds());
        if (comma >= 0) {
            String scope = text.substring(comma + 1);
            if (!SCOPES.contains(scope)) {
                throw new TypeConversionException("the scope is caller or account");
            }
            cache.put("scope", scope);
        }
        return cache;
    }

    /** Of a key or an alias, in a table's cell. */
    static String cell(Json.Obj owner) {
        if (!owner.has("cache")) {
            return "no";
        }
        Json.Obj cache = owner.child("cache");
        return Durations.text(Duration.ofSeconds(cache.number("max_age_seconds"))) + "," + cache.text("scope");
    }

    /** Of a key or an alias, after what else is said of it; empty where answers are not kept. */
    static String sentence(Json.Obj owner) {
        return owner.has("cache") ? " Cache: " + cell(owner) + "." : "";
    }
}

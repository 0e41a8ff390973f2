package dev.tollgate.cli;

import java.time.Duration;
import java.util.List;

/** What a new key may be limited to: two options that {@code key create}, {@code env} and {@code run} take. */
final class KeyLimits {
    private final Arg<String> models;
    private final Arg<Duration> expires;

    KeyLimits(Command command) {
        models = command.option(
                "--models", "GLOB,…", "Only these models or aliases, for example anthropic/*,fast. Default: all.");
        expires = command.option(
                "--expires",
                "DURATION",
                Duration.class,
                new Durations(),
                "When the key ends, counted from now: " + Durations.FORM + ".");
    }

    boolean none() {
        return models.given().isEmpty() && expires.given().isEmpty();
    }

    /** Creates a key of this name within these limits; the answer holds its text. */
    Json.Obj create(AdminApi api, String name) {
        return create(api, name, Json.object());
    }

    /**
     * The same.
     *
     * @param more what else is said of the key
     */
    Json.Obj create(AdminApi api, String name, Json.Obj more) {
        return create(api, name, expires.given().map(Duration::toSeconds).orElse(0L), more);
    }

    /** The same; a key that was given no end has this one. */
    Json.Obj createEnding(AdminApi api, String name, Duration otherwise) {
        return create(api, name, expires.given().orElse(otherwise).toSeconds(), Json.object());
    }

    private Json.Obj create(AdminApi api, String name, long expiresInSeconds, Json.Obj more) {
        Json.Obj body = Json.object().put("name", name);
        List<String> globs = models.given().map(Format::words).orElse(List.of());
        if (!globs.isEmpty()) {
            body.put("models", globs);
        }
        if (expiresInSeconds > 0) {
            body.put("expires_in_seconds", expiresInSeconds);
        }
        body.fields().putAll(more.fields());
        return api.post(Resource.of("/keys"), body);
    }
}

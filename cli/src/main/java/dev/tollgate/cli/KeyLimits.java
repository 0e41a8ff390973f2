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
        return create(api, name, false);
    }

    /** The same; whether a call is refused that would lose anything of meaning in conversion. */
    Json.Obj create(AdminApi api, String name, boolean strict) {
        return create(api, name, expires.given().map(Duration::toSeconds).orElse(0L), strict);
    }

    /** The same; a key that was given no end has this one. */
    Json.Obj createEnding(AdminApi api, String name, Duration otherwise) {
        return create(api, name, expires.given().orElse(otherwise).toSeconds(), false);
    }

    private Json.Obj create(AdminApi api, String name, long expiresInSeconds, boolean strict) {
        Json.Obj body = Json.object().put("name", name);
        List<String> globs = models.given().map(Format::words).orElse(List.of());
        if (!globs.isEmpty()) {
            body.put("models", globs);
        }
        if (expiresInSeconds > 0) {
            body.put("expires_in_seconds", expiresInSeconds);
        }
        if (strict) {
            body.put("strict", true);
        }
        return api.post(Resource.of("/keys"), body);
    }
}

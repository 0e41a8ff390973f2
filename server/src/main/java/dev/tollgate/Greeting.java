package dev.tollgate;

import dev.tollgate.identity.CreatedKey;
import dev.tollgate.identity.VirtualKeys;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a person sees when the gate is ready: where it is, a call that works as it stands, and the next step. */
final class Greeting {
    private static final String KEY_NAME = "first-call";
    private static final Duration KEY_LIFE = Duration.ofHours(24);

    private Greeting() {}

    /** A key for the simulated provider alone; the one of an earlier start ends. */
    static String freshKey(VirtualKeys keys) {
        keys.find(KEY_NAME).ifPresent(earlier -> keys.revoke(earlier.id(), "serve"));
        CreatedKey created = keys.create(KEY_NAME, List.of("sim/*"), KEY_LIFE, "serve");
        return created.key();
    }

    /** @param firstRunLink null if the gate has an owner who can sign in */
    static void print(PrintStream out, String url, String key, @Nullable String firstRunLink) {
        String text = """
                Tollgate is ready at %1$s

                Try it; the simulated provider answers, and the key works for a day:

                  curl %1$s/v1/messages -H 'x-api-key: %2$s' \\
                    -H 'content-type: application/json' \\
                    -d '{"model":"sim/echo","max_tokens":64,"messages":[{"role":"user","content":"Hello"}]}'

                Add a real provider, then a key for people and programs:

                  ./tollgate credential add my-anthropic --provider anthropic --check
                  ./tollgate key create --name me
                """.formatted(url, key);
        out.println(firstRunLink == null ? text : text + """

                Nobody can sign in yet. Whoever opens this link in a browser becomes the owner:

                  %s
                """.formatted(firstRunLink));
        out.flush();
    }
}

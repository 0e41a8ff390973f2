package dev.tollgate.sim;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a model does, read from its name: {@code echo}, {@code story[:10s]}, {@code tools}, {@code flaky[:fault]}. Any other
 * name echoes, so that a real model's id can be pointed here.
 */
sealed interface Behaviour {

    enum Kind {
        ECHO,
        STORY,
        TOOLS
    }

    /**
     * A model that exists.
     *
     * @param durationMillis how long the answer takes, 0 for as fast as it goes
     */
    record Known(Kind kind, long durationMillis, Fault fault) implements Behaviour {}

    /**
     * A suffix that says nothing.
     *
     * @param message says what would be understood
     */
    record Unknown(String message) implements Behaviour {}

    long STORY_MILLIS = 1_000;
    long LONGEST_MILLIS = 3_600_000;

    Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m)");

    static Behaviour of(String model, Controls controls) {
        String name = model.substring(model.lastIndexOf('/') + 1);
        int colon = name.indexOf(':');
        String kind = (colon < 0 ? name : name.substring(0, colon)).toLowerCase(Locale.ROOT);
        String suffix = colon < 0 ? null : name.substring(colon + 1);

        Behaviour byName = switch (kind) {
            case "story" -> story(suffix);
            case "tools" -> new Known(Kind.TOOLS, 0, Fault.NONE);
            case "flaky" -> suffix == null ? echo(Fault.NONE) : flaky(suffix);
            default -> echo(Fault.NONE);
        };
        return byName instanceof Known known ? override(known, controls) : byName;
    }

    private static Known echo(Fault fault) {
        return new Known(Kind.ECHO, 0, fault);
    }

    private static Behaviour story(@Nullable String suffix) {
        if (suffix == null) {
            return new Known(Kind.STORY, STORY_MILLIS, Fault.NONE);
        }
        Matcher duration = DURATION.matcher(suffix);
        if (!duration.matches()) {
            return new Unknown("story takes a duration such as story:500ms, story:10s or story:2m");
        }
        long unitMillis = switch (duration.group(2)) {
            case "ms" -> 1;
            case "s" -> 1_000;
            default -> 60_000;
        };
        long millis = Math.min(LONGEST_MILLIS, Long.parseLong(duration.group(1)) * unitMillis);
        return new Known(Kind.STORY, millis, Fault.NONE);
    }

    private static Behaviour flaky(String suffix) {
        return Fault.of(suffix)
                .<Behaviour>map(Behaviour::echo)
                .orElseGet(() -> new Unknown("flaky takes " + Fault.WORDS));
    }

    private static Known override(Known known, Controls controls) {
        long millis = controls.durationMillis() == Controls.UNSET
                ? known.durationMillis()
                : Math.min(LONGEST_MILLIS, controls.durationMillis());
        return new Known(known.kind(), millis, controls.fault() == null ? known.fault() : controls.fault());
    }
}

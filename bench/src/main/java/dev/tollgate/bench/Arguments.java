package dev.tollgate.bench;

import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Options of a command: {@code --name value} for those that take a value, {@code --name} for switches. Whatever else stands there is refused. */
final class Arguments {
    /** The command line cannot be understood; the message says what of it. */
    static final class Misuse extends RuntimeException {
        Misuse(String message) {
            super(message);
        }
    }

    private final Map<String, String> values = new HashMap<>();
    private final Set<String> switches = new HashSet<>();

    /**
     * Reads the words.
     *
     * @param words after the command's name
     * @param valued names of options that take a value, divided by blanks
     * @param switched names of switches, likewise
     */
    Arguments(String[] words, String valued, String switched) {
        List<String> withValue = Arrays.asList(valued.split(" ", -1));
        List<String> without = Arrays.asList(switched.split(" ", -1));
        for (int i = 0; i < words.length; i++) {
            String name = words[i].startsWith("--") ? words[i].substring(2) : "";
            if (without.contains(name)) {
                switches.add(name);
            } else if (!withValue.contains(name)) {
                throw new Misuse("unknown option: " + words[i]);
            } else if (i + 1 == words.length) {
                throw new Misuse("--" + name + " needs a value");
            } else if (values.put(name, words[++i]) != null) {
                throw new Misuse("--" + name + " is given twice");
            }
        }
    }

    boolean has(String name) {
        return switches.contains(name);
    }

    @Nullable
    String text(String name) {
        return values.get(name);
    }

    String text(String name, String otherwise) {
        return values.getOrDefault(name, otherwise);
    }

    boolean isGiven(String name) {
        return values.containsKey(name);
    }

    int number(String name, int otherwise, int least, int most) {
        String value = values.get(name);
        if (value == null) {
            return otherwise;
        }
        try {
            int number = Integer.parseInt(value);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException _) {
            // told below
        }
        throw new Misuse("--" + name + " takes a whole number from " + least + " to " + most + ", not " + value);
    }

    Duration seconds(String name, int otherwise, int least, int most) {
        return Duration.ofSeconds(number(name, otherwise, least, most));
    }
}

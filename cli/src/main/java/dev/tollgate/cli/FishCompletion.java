package dev.tollgate.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** A completion script for fish, which picocli does not write: one {@code complete} line for each command and option. */
final class FishCompletion {
    private final List<String> lines = new ArrayList<>();

    private FishCompletion() {}

    static String script(CommandLine root) {
        FishCompletion script = new FishCompletion();
        script.lines.add("complete -c tollgate -f");
        script.add(root, List.of());
        return String.join("\n", script.lines);
    }

    /** Adds what may follow the commands of {@code path}. */
    private void add(CommandLine command, List<String> path) {
        CommandSpec spec = command.getCommandSpec();
        String here = condition(command, path);
        spec.subcommands().forEach((name, child) -> {
            lines.add("complete -c tollgate" + here + " -a " + name + " -d "
                    + quoted(description(child.getCommandSpec())));
            add(child, Stream.concat(path.stream(), Stream.of(name)).toList());
        });
        for (ArgSpec positional : spec.positionalParameters()) {
            if (positional.completionCandidates() != null) {
                lines.add("complete -c tollgate" + here + " -a " + quoted(candidates(positional)));
            }
        }
        spec.options().forEach(option -> lines.add("complete -c tollgate" + here + option(option)));
    }

    /** True while exactly these commands stand before the cursor and none of the next has been typed. */
    private static String condition(CommandLine command, List<String> path) {
        if (path.isEmpty()) {
            return " -n __fish_use_subcommand";
        }
        List<String> tests = new ArrayList<>();
        for (String name : path) {
            tests.add("__fish_seen_subcommand_from " + name);
        }
        if (!command.getSubcommands().isEmpty()) {
            tests.add("not __fish_seen_subcommand_from "
                    + String.join(" ", command.getSubcommands().keySet()));
        }
        return " -n " + quoted(String.join("; and ", tests));
    }

    private static String option(OptionSpec option) {
        StringBuilder line = new StringBuilder();
        for (String name : option.names()) {
            line.append(name.startsWith("--") ? " -l " + name.substring(2) : " -s " + name.substring(1));
        }
        if (option.arity().max() > 0) {
            line.append(option.completionCandidates() == null ? " -r -F" : " -x -a " + quoted(candidates(option)));
        }
        String[] description = option.description();
        return line + (description.length == 0 ? "" : " -d " + quoted(description[0]));
    }

    private static String candidates(ArgSpec argument) {
        return StreamSupport.stream(argument.completionCandidates().spliterator(), false)
                .collect(Collectors.joining(" "));
    }

    private static String description(CommandSpec spec) {
        String[] description = spec.usageMessage().description();
        return description.length == 0 ? "" : description[0];
    }

    private static String quoted(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }
}

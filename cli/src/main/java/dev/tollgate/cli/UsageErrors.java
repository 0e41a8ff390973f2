package dev.tollgate.cli;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** What is said of arguments that were not understood; never the value of one that may be a secret. */
final class UsageErrors {
    /** Options that people expect to take a secret. None does; {@code budget} and {@code rate} have a {@code --key} that names one. */
    private static final Pattern SECRET_OPTION =
            Pattern.compile("--(secret|api-?key|key|token|password|passphrase)(=.*)?", Pattern.DOTALL);

    /** How providers' keys and Tollgate's own begin (docs of each provider; Gemini's prefixes are both in use; eyJ is a JWT's). */
    private static final Pattern SECRET_VALUE = Pattern.compile(
            "[\"']?(Bearer\\s+\\S|sk-|AIza|AQ\\.|ABSK|bedrock-api-key-|tg_[0-9A-Za-z]{10}_|tg[a-z]_|eyJ).{8,}",
            Pattern.DOTALL);

    /** Words that are safe to say back. */
    private static final Pattern WORD = Pattern.compile("-{0,2}[a-z][a-z-]{0,19}");

    private static final Set<String> TAKE_A_SECRET = Set.of("tollgate credential add", "tollgate credential rotate");

    private UsageErrors() {}

    /** Before anything is parsed, so that no message can quote it. */
    static void refuseSecrets(String... args) {
        // There it takes a key's id or name; a key's text is refused by its look.
        boolean keyIsAName = args.length > 0 && (args[0].equals("budget") || args[0].equals("rate"));
        own(args)
                .filter(argument -> (SECRET_OPTION.matcher(argument).matches()
                                && !(keyIsAName && nameOf(argument).equals("--key")))
                        || SECRET_VALUE.matcher(argument).lookingAt()
                        || (argument.startsWith("--")
                                && SECRET_VALUE.matcher(value(argument)).lookingAt()))
                .findFirst()
                .ifPresent(secret -> {
                    throw secretAsArgument();
                });
    }

    static boolean wantsJson(String... args) {
        return own(args).anyMatch("--json"::equals);
    }

    static Failure failure(ParameterException misunderstood) {
        CommandLine command = misunderstood.getCommandLine();
        String path = command.getCommandSpec().qualifiedName();
        if (!(misunderstood instanceof UnmatchedArgumentException unmatched)) {
            return Failure.usage(sentence(misunderstood.getMessage()), "See: " + path + " --help");
        }
        String first = unmatched.getUnmatched().getFirst();
        boolean option = first.startsWith("-");
        if (!option && TAKE_A_SECRET.contains(path)) {
            return secretAsArgument();
        }
        List<String> nearest = unmatched.getSuggestions();
        String cure =
                nearest.isEmpty() ? "See: " + path + " --help" : "Did you mean: " + String.join(", ", nearest) + "?";
        return Failure.usage(unknown(first, option, command), cure);
    }

    private static String unknown(String argument, boolean option, CommandLine command) {
        String name = option ? nameOf(argument) : argument;
        String shown = WORD.matcher(name).matches() ? " \"" + name + "\"" : "";
        String path = command.getCommandSpec().qualifiedName();
        if (option) {
            return path + " has no option" + shown + (shown.isEmpty() ? " like that." : ".");
        }
        return command.getSubcommands().isEmpty()
                ? path + " takes no further argument" + shown + "."
                : path + " has no command" + shown + (shown.isEmpty() ? " like that." : ".");
    }

    private static Failure secretAsArgument() {
        return Failure.usage(
                "A secret is never taken from an argument: others on this machine can read it, and the shell keeps it.",
                "Leave it out: credential add and rotate ask for it unseen, or read it from standard input"
                        + " (… < secret.txt). env and run take a virtual key from TOLLGATE_KEY.");
    }

    private static String sentence(@Nullable String message) {
        String line = Optional.ofNullable(message).orElse("").strip();
        return line.endsWith(".") ? line : line + ".";
    }

    private static String nameOf(String option) {
        int equals = option.indexOf('=');
        return equals < 0 ? option : option.substring(0, equals);
    }

    private static String value(String option) {
        return option.substring(option.indexOf('=') + 1);
    }

    /** The arguments that are ours: those before "--", and of {@code run}, whose command has its own, none. */
    private static Stream<String> own(String... args) {
        if (args.length > 0 && args[0].equals("run")) {
            return Stream.empty();
        }
        return Arrays.stream(args).takeWhile(argument -> !argument.equals("--"));
    }
}

package dev.tollgate.cli;

import java.io.IOException;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * One command: the arguments that it takes, and what it does with them.
 *
 * <p>Arguments are declared by calls, not by picocli's annotations: reading those is reflection, and took two thirds of a
 * command's start.
 */
abstract class Command {
    private final CommandSpec spec;

    Command(String name, String description) {
        spec = CommandSpec.wrapWithoutInspection(this).name(name);
        spec.usageMessage().description(description);
        help(spec);
    }

    /**
     * Does it, once its arguments were understood.
     *
     * @return the exit code: 0, or 1 where the operation's outcome is no (a broken chain, a rejected credential)
     * @throws Failure for everything that a person can cure
     * @throws IOException where the answer could not be written
     */
    abstract int run(Surroundings surroundings, Output out) throws IOException;

    final CommandSpec spec() {
        return spec;
    }

    /** Commands under a common name. */
    static CommandSpec group(String name, String description, Command... commands) {
        CommandSpec group = CommandSpec.create().name(name);
        group.usageMessage().description(description).synopsisSubcommandLabel("COMMAND");
        for (Command command : commands) {
            group.addSubcommand(command.spec().name(), command.spec());
        }
        return help(group);
    }

    static CommandSpec help(CommandSpec spec) {
        return spec.addOption(OptionSpec.builder("-h", "--help")
                .type(boolean.class)
                .usageHelp(true)
                .description("Show this help.")
                .build());
    }

    /** What the help says last. */
    final void footer(String... lines) {
        spec.usageMessage().footer(lines);
    }

    final Arg<Boolean> flag(String description, String... names) {
        return add(
                new Arg<>(Boolean.class, false),
                OptionSpec.builder(names).type(boolean.class).description(description));
    }

    final Arg<String> option(String name, String label, String description) {
        return option(name, label, String.class, description);
    }

    /** An option of a type that picocli converts by itself, or of an enum. */
    final <T> Arg<T> option(String name, String label, Class<T> type, String description) {
        return add(new Arg<>(type), builder(name, label, type, description));
    }

    final <T> Arg<T> option(String name, String label, Class<T> type, ITypeConverter<T> converter, String description) {
        return add(new Arg<>(type), builder(name, label, type, description).converters(converter));
    }

    /** An option that has a value also where it is not given. */
    final <T> Arg<T> option(String name, String label, T initial, Class<T> type, String description) {
        return add(new Arg<>(type, initial), builder(name, label, type, description));
    }

    final <T> Arg<T> option(
            String name, String label, T initial, Class<T> type, ITypeConverter<T> converter, String description) {
        return add(
                new Arg<>(type, initial),
                builder(name, label, type, description).converters(converter));
    }

    final Arg<String> required(String name, String label, String description) {
        return required(name, label, String.class, description);
    }

    final <T> Arg<T> required(String name, String label, Class<T> type, String description) {
        return add(new Arg<>(type), builder(name, label, type, description).required(true));
    }

    final <T> Arg<T> required(
            String name, String label, Class<T> type, ITypeConverter<T> converter, String description) {
        return add(
                new Arg<>(type),
                builder(name, label, type, description).converters(converter).required(true));
    }

    private <T> Arg<T> add(Arg<T> value, OptionSpec.Builder option) {
        // picocli sets what is not given to its initial value, before it reads the arguments.
        value.given().ifPresent(option::initialValue);
        spec.addOption(option.getter(value).setter(value).build());
        return value;
    }

    private static OptionSpec.Builder builder(String name, String label, Class<?> type, String description) {
        OptionSpec.Builder option =
                OptionSpec.builder(name).type(type).paramLabel(label).description(description);
        return type.isEnum() ? option.converters(new Choice<>(type)) : option;
    }

    /** The next argument that is no option. */
    final Arg<String> positional(String label, String description) {
        return positional(label, String.class, "1", description);
    }

    /** The next arguments that are no options: {@code arity} of them, as {@code 1}, {@code 0..1} or {@code 1..*}. */
    final <T> Arg<T> positional(String label, Class<T> type, String arity, String description) {
        int index = spec.positionalParameters().size();
        Arg<T> value = new Arg<>(type);
        PositionalParamSpec.Builder positional = PositionalParamSpec.builder()
                .index(arity.endsWith("*") ? index + "..*" : Integer.toString(index))
                .arity(arity)
                .required(!arity.startsWith("0"))
                .type(type)
                .paramLabel(label)
                .description(description)
                .getter(value)
                .setter(value);
        spec.addPositional((type.isEnum() ? positional.converters(new Choice<>(type)) : positional).build());
        return value;
    }
}

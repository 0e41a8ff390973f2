package dev.tollgate.cli;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The tree of commands. */
final class Commands {
    /** In the order of the help. */
    private static final List<String> NAMES = List.of(
            "login",
            "token",
            "logout",
            "status",
            "provider",
            "credential",
            "key",
            "person",
            "app",
            "settings",
            "budget",
            "feature",
            "rate",
            "model",
            "alias",
            "price",
            "discount",
            "usage",
            "forecast",
            "explain",
            "ledger",
            "reconcile",
            "audit",
            "notice",
            "alert",
            "identity-provider",
            "federation",
            "vault",
            "env",
            "run",
            "completion");

    private static final String VERSION = "--version";

    private Commands() {}

    /** The whole tree. */
    static CommandLine tree() {
        return tree(NAMES);
    }

    /** The whole tree and the launcher's own commands: everything that can be typed after {@code ./tollgate}. */
    static CommandLine treeWithLauncher() {
        return tree(
                Stream.concat(LauncherCommands.NAMES.stream(), NAMES.stream()).toList());
    }

    /** As much of the tree as these arguments need: where the first one names a command, that alone starts faster. */
    static CommandLine tree(String... args) {
        String first = args.length == 0 ? "" : args[0];
        if (first.equals(VERSION)) {
            return tree(List.of());
        }
        return NAMES.contains(first) || LauncherCommands.NAMES.contains(first) ? tree(List.of(first)) : tree();
    }

    private static CommandLine tree(List<String> names) {
        CommandSpec root = CommandSpec.create().name("tollgate");
        root.usageMessage()
                .description("One gate between your people and every AI model.")
                .synopsisSubcommandLabel("COMMAND")
                .footer(
                        "",
                        "The server is found by TOLLGATE_URL (default " + ServerAddress.DEFAULT + ").",
                        "The token is TOLLGATE_TOKEN, else that of whoever signed in (tollgate login --admin),",
                        "else owner-token in TOLLGATE_HOME (default ~/.tollgate).",
                        "Exit codes: 0 done, 1 the server or the operation said no, 2 usage.");
        Command.help(root);
        root.version("tollgate " + version());
        root.addOption(OptionSpec.builder("-V", VERSION)
                .type(boolean.class)
                .versionHelp(true)
                .description("Print the version.")
                .build());
        for (String name : names) {
            CommandLine command = new CommandLine(command(name));
            // What follows the command to run is its own, options included.
            command.setStopAtPositional(name.equals("run"));
            root.addSubcommand(name, command);
        }
        return new CommandLine(root)
                // "@name" is a file's name to picocli; here it is what the person typed.
                .setExpandAtFiles(false)
                .setUsageHelpWidth(100);
    }

    private static CommandSpec command(String name) {
        return switch (name) {
            case "login" -> new LoginCommand().spec();
            case "token" -> new TokenCommand().spec();
            case "logout" -> new LogoutCommand().spec();
            case "status" -> new StatusCommand().spec();
            case "provider" -> ProviderCommands.group();
            case "credential" -> CredentialCommands.group();
            case "key" -> KeyCommands.group();
            case "person" -> PersonCommands.group();
            case "app" -> AppCommands.group();
            case "settings" -> SettingsCommands.group();
            case "budget" -> BudgetCommands.group();
            case "feature" -> FeatureCommands.group();
            case "rate" -> RateCommands.group();
            case "model" -> ModelCommands.group();
            case "alias" -> AliasCommands.group();
            case "price" -> PriceCommands.group();
            case "discount" -> DiscountCommands.group();
            case "usage" -> new UsageCommand().spec();
            case "forecast" -> new ForecastCommand().spec();
            case "explain" -> new ExplainCommand().spec();
            case "ledger" -> LedgerCommands.group();
            case "reconcile" -> new ReconcileCommand().spec();
            case "audit" -> AuditCommands.group();
            case "notice" -> NoticeCommands.group();
            case "alert" -> AlertCommands.group();
            case "identity-provider" -> IdentityProviderCommands.group();
            case "federation" -> FederationCommands.group();
            case "vault" -> VaultCommands.group();
            case "env" -> new EnvCommand().spec();
            case "run" -> new RunCommand().spec();
            case "completion" -> new CompletionCommand().spec();
            default -> LauncherCommands.command(name);
        };
    }

    /** As the jar's manifest has it. */
    private static String version() {
        return Optional.ofNullable(Commands.class.getPackage().getImplementationVersion())
                .orElse("(not from a jar)");
    }
}

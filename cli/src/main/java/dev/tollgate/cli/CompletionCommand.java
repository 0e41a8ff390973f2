package dev.tollgate.cli;

import java.util.Locale;
import picocli.AutoComplete;

/** {@code completion}. */
final class CompletionCommand extends Command {
    /** Shells that are known. */
    enum Shell {
        BASH,
        ZSH,
        FISH;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Arg<Shell> shell = positional("SHELL", Shell.class, "1", "One of ${COMPLETION-CANDIDATES}.");

    CompletionCommand() {
        super("completion", "Print a script that completes this command line in a shell.");
        footer("bash, zsh:  source <(tollgate completion bash)", "fish:       tollgate completion fish | source");
    }

    @Override
    int run(Surroundings surroundings, Output out) {
        out.stream()
                .println(
                        switch (shell.value()) {
                            // One script for both: under zsh it loads bashcompinit.
                            case BASH, ZSH -> AutoComplete.bash("tollgate", Commands.treeWithLauncher());
                            case FISH -> FishCompletion.script(Commands.treeWithLauncher());
                        });
        return 0;
    }
}

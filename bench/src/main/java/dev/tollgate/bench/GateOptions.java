package dev.tollgate.bench;

import dev.tollgate.bench.subject.GateCommand;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The options that every command with a gate has. */
final class GateOptions {
    static final String VALUED = "gate-command java-options work";

    static final String USAGE = """
              --gate-command WORDS  how the gate is started, as "./tollgate serve"; --port and --home are added.
                                    Default: the built server's jar under this JDK
              --java-options WORDS  of the JVM that runs the jar; default: %s
              --work DIR            where its temporary home is made, which should be a disk; default: the system's
              --json                the report as JSON
            """.formatted(GateCommand.JAVA_OPTIONS);

    private GateOptions() {}

    static GateCommand command(Arguments arguments) {
        return command(arguments, GateCommand.JAVA_OPTIONS);
    }

    static GateCommand command(Arguments arguments, String javaOptions) {
        return GateCommand.of(arguments.text("gate-command"), arguments.text("java-options", javaOptions));
    }

    static @Nullable Path work(Arguments arguments) {
        String folder = arguments.text("work");
        return folder == null ? null : Path.of(folder);
    }
}

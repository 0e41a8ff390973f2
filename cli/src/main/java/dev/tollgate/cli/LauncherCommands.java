package dev.tollgate.cli;

import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/** What the launcher {@code ./tollgate} does itself; here so that completion knows it, and to say where it went. */
final class LauncherCommands {
    static final List<String> NAMES = List.of("serve", "build", "test", "soak", "bench");

    private LauncherCommands() {}

    static CommandSpec command(String name) {
        return (switch (name) {
                    case "serve" -> new Serve();
                    case "build" -> new Plain("build", "Build what serve and the command line need.");
                    case "test" -> new Plain("test", "Run all tests.");
                    case "soak" -> new Plain("soak", "Run all tests, the long ones too.");
                    default -> new Plain("bench", "Measure.");
                })
                .spec();
    }

    private static class Plain extends Command {
        Plain(String name, String description) {
            super(name, description);
        }

        @Override
        int run(Surroundings surroundings, Output out) {
            String name = spec().name();
            throw Failure.usage(
                    name + " is done by the launcher, in a clone of the repository.", "Run: ./tollgate " + name);
        }
    }

    /** Its options, as the server reads them. */
    private static final class Serve extends Plain {
        Serve() {
            super("serve", "Start the gate.");
            option("--port", "PORT", Integer.class, "Where to listen.");
            option("--host", "ADDRESS", "The address to listen on.");
            option("--home", "DIR", Path.class, "Where the data is.");
            option("--public-url", "URL", "The address that clients use, if it is another.");
            option("--database", "URL", "PostgreSQL instead of the SQLite in the home.");
            option("--tls-cert", "FILE", Path.class, "Certificate chain (PEM).");
            option("--tls-key", "FILE", Path.class, "Its private key (PEM).");
            option("--behind-proxy", "ADDRESS,…", "Proxies whose forwarded headers are believed.");
            option("--log-format", "FORMAT", "text or json.");
            option("--log-level", "LEVEL", "debug, info, warn or error.");
            option("--connect-timeout", "SECONDS", Integer.class, "For a connection to a provider.");
            option("--first-byte-timeout", "SECONDS", Integer.class, "Until a provider's answer begins.");
            option("--silence-timeout", "SECONDS", Integer.class, "Between two pieces of an answer.");
            option("--drain-timeout", "SECONDS", Integer.class, "For calls under way when the gate stops.");
            option("--keep-calls", "DAYS", "How long each call's own row is kept, like 400d.");
            option("--smtp", "URL", "The server that sends notices by mail.");
            option("--smtp-password-file", "FILE", Path.class, "Where its password is.");
            option("--mail-from", "ADDRESS", "Who those mails are from.");
            option("--otlp-forward", "URL", "The collector that gets what clients send by OTLP.");
            option("--login-notice", "TEXT", "A sentence that whoever signs in from a terminal is shown.");
            option("--cache-size", "SIZE", "Memory for answers that may be given again, such as 64MiB.");
        }
    }
}

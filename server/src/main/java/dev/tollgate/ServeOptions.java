package dev.tollgate;

import dev.tollgate.alert.SmtpMail;
import dev.tollgate.front.ClientAddress;
import dev.tollgate.kernel.Refusal;
import dev.tollgate.kernel.store.DatabaseUrl;
import dev.tollgate.oauth.OAuthSettings;
import dev.tollgate.upstream.Timeouts;
import dev.tollgate.web.PageAddress;
import io.netty.util.NetUtil;
import java.io.Console;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What `tollgate serve` can be told. Checked as a whole before anything is made or changed. */
@Command(
        name = "tollgate serve",
        sortOptions = false,
        usageHelpWidth = 100,
        description = "Runs the gate: model API, admin API, store and simulated provider in one process.")
final class ServeOptions {
    private static final Pattern KEPT_DAYS = Pattern.compile("[1-9][0-9]{0,4}d");

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "8080",
            description = "Default: ${DEFAULT-VALUE}. 0 takes a free one.")
    int port;

    @Option(
            names = "--host",
            paramLabel = "ADDRESS",
            defaultValue = "127.0.0.1",
            description = {
                "The address to listen on. Default: ${DEFAULT-VALUE}.",
                "Anything but loopback wants --tls-cert and --tls-key, or --behind-proxy."
            })
    String host = "127.0.0.1";

    @Option(
            names = "--home",
            paramLabel = "DIR",
            description = {"Where the data is. Default: TOLLGATE_HOME, else ~/.tollgate."})
    @Nullable
    Path home;

    @Option(names = "--public-url", paramLabel = "URL", description = "The address that clients use, if it is another.")
    @Nullable
    URI publicUrl;

    @Option(
            names = "--database",
            paramLabel = "URL",
            description = {
                "postgresql://user:password@host/database. Default: an embedded SQLite in the home.",
                "Also TOLLGATE_DATABASE, which keeps the password out of the process list."
            })
    @Nullable
    String database;

    @Option(
            names = "--tls-cert",
            paramLabel = "FILE",
            description = "Certificate chain (PEM). Read again when it changes.")
    @Nullable
    Path tlsCert;

    @Option(names = "--tls-key", paramLabel = "FILE", description = "Its private key (PEM, PKCS#8).")
    @Nullable
    Path tlsKey;

    @Option(
            names = "--behind-proxy",
            paramLabel = "ADDRESS",
            split = ",",
            description = {
                "Proxies (addresses or networks) in front of the gate, which do TLS.",
                "Their forwarded headers alone are believed."
            })
    List<String> behindProxy = new ArrayList<>();

    @Option(
            names = "--log-format",
            paramLabel = "text|json",
            description = "Default: text on a terminal, json elsewhere.")
    @Nullable
    String logFormat;

    @Option(
            names = "--log-level",
            paramLabel = "LEVEL",
            defaultValue = "info",
            description = "debug, info, warn or error.")
    String logLevel = "info";

    @Option(
            names = "--connect-timeout",
            paramLabel = "SECONDS",
            defaultValue = "10",
            description = "For a connection to a provider. Default: ${DEFAULT-VALUE}.")
    int connectTimeout = 10;

    @Option(
            names = "--first-byte-timeout",
            paramLabel = "SECONDS",
            defaultValue = "600",
            description = "Until a provider's answer begins. Default: ${DEFAULT-VALUE}.")
    int firstByteTimeout = 600;

    @Option(
            names = "--silence-timeout",
            paramLabel = "SECONDS",
            defaultValue = "300",
            description = "Between two pieces of an answer. Default: ${DEFAULT-VALUE}.")
    int silenceTimeout = 300;

    @Option(
            names = "--drain-timeout",
            paramLabel = "SECONDS",
            defaultValue = "30",
            description = "For calls under way when the gate stops. Default: ${DEFAULT-VALUE}.")
    int drainTimeout = 30;

    @Option(
            names = "--keep-calls",
            paramLabel = "DAYS",
            defaultValue = "400d",
            description = {
                "For how long each call's own row is kept. Default: ${DEFAULT-VALUE}; at least 1d.",
                "Older ones are summed up by day. The audit trail is kept whole."
            })
    String keepCalls = "400d";

    @Option(
            names = "--smtp",
            paramLabel = "URL",
            description = {
                "The server that sends notices by mail: smtps://user@host or smtp://user@host:587 (STARTTLS).",
                "Its password: TOLLGATE_SMTP_PASSWORD or --smtp-password-file."
            })
    @Nullable
    String smtp;

    @Option(
            names = "--smtp-password-file",
            paramLabel = "FILE",
            description = "Where that password is. Default: TOLLGATE_SMTP_PASSWORD.")
    @Nullable
    Path smtpPasswordFile;

    @Option(names = "--mail-from", paramLabel = "ADDRESS", description = "Who those mails are from.")
    @Nullable
    String mailFrom;

    @Option(
            names = "--cache-size",
            paramLabel = "SIZE",
            converter = ByteSize.class,
            description = {
                "Memory for answers that may be given again, such as 64MiB; 0 keeps none.",
                "Default: a thirty-second of the heap, 64MiB at most."
            })
    @Nullable
    Long cacheSize;

    @Option(
            names = "--otlp-forward",
            paramLabel = "URL",
            description = {
                "The OpenTelemetry collector that gets what clients send to /v1/metrics, /v1/logs and /v1/traces.",
                "Headers for it: TOLLGATE_OTLP_HEADERS, as name=value,name=value. Default: it is thrown away."
            })
    @Nullable
    String otlpForward;

    @Option(
            names = "--login-notice",
            paramLabel = "TEXT",
            description = "A sentence that whoever signs in from a terminal is shown, in 500 characters at most.")
    String loginNotice = "";

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "This help.")
    boolean help;

    /** Starts, makes a few simulated calls and stops: how the launcher prepares a fast start. */
    @Option(names = "--train", hidden = true)
    boolean train;

    Path homeOrDefault() {
        if (home != null) {
            return home.toAbsolutePath();
        }
        String fromEnvironment = System.getenv("TOLLGATE_HOME");
        return fromEnvironment == null || fromEnvironment.isBlank()
                ? userHome().resolve(".tollgate")
                : Path.of(fromEnvironment).toAbsolutePath();
    }

    /** What a shell calls {@code ~}. Java itself asks the user database, which HOME may overrule. */
    private static Path userHome() {
        String home = System.getenv("HOME");
        return Path.of(home == null || home.isBlank() ? System.getProperty("user.home") : home)
                .toAbsolutePath();
    }

    DatabaseUrl databaseOrDefault() {
        String url = database != null ? database : System.getenv("TOLLGATE_DATABASE");
        return url == null || url.isBlank()
                ? new DatabaseUrl.Sqlite(homeOrDefault().resolve("tollgate.db"))
                : DatabaseUrl.parse(url);
    }

    Timeouts timeouts() {
        return new Timeouts(
                Duration.ofSeconds(connectTimeout),
                Duration.ofSeconds(firstByteTimeout),
                Duration.ofSeconds(silenceTimeout));
    }

    /** @throws Refusal if it is no number of days */
    Duration keptCalls() {
        if (!KEPT_DAYS.matcher(keepCalls).matches()) {
            throw Refusal.invalid("--keep-calls is not a number of days, from 1d to 99999d.", "For example 400d.");
        }
        return Duration.ofDays(Long.parseLong(keepCalls.substring(0, keepCalls.length() - 1)));
    }

    /**
     * Where clients' telemetry goes on to.
     *
     * @throws Refusal if that is no address that the gate may call, or its headers cannot be read
     */
    Optional<TelemetryCollector> telemetryCollector() {
        return otlpForward == null
                ? Optional.empty()
                : Optional.of(TelemetryCollector.of(otlpForward, System.getenv("TOLLGATE_OTLP_HEADERS")));
    }

    /** @throws Refusal if the options for mail do not fit together, or the password cannot be read */
    Optional<SmtpMail> mail() {
        if (smtp == null) {
            if (mailFrom != null || smtpPasswordFile != null) {
                throw Refusal.invalid(
                        "--mail-from and --smtp-password-file want --smtp.", "Name the mail server, too.");
            }
            return Optional.empty();
        }
        return Optional.of(SmtpMail.configured(smtp, mailFrom, smtpPassword()));
    }

    private @Nullable String smtpPassword() {
        if (smtpPasswordFile == null) {
            String password = System.getenv("TOLLGATE_SMTP_PASSWORD");
            return password == null || password.isEmpty() ? null : password;
        }
        try {
            return Files.readString(smtpPasswordFile).strip();
        } catch (IOException e) {
            throw Refusal.invalid(
                    "The file " + smtpPasswordFile + " cannot be read.", "Check the path and its permissions.");
        }
    }

    long cacheBytes() {
        return cacheSize == null ? Math.min(64L << 20, Runtime.getRuntime().maxMemory() / 32) : cacheSize;
    }

    boolean tls() {
        return tlsCert != null && tlsKey != null;
    }

    @SuppressWarnings("SystemConsoleNull") // the JDK promises one now; its annotation does not
    boolean logJson() {
        if (logFormat != null) {
            return logFormat.equals("json");
        }
        Console console = System.console();
        return console == null || !console.isTerminal();
    }

    /** @throws Refusal if the options do not fit together, or would serve keys in the clear */
    void check() {
        if (port < 0 || port > 65_535) {
            throw Refusal.invalid("--port is between 0 and 65535.", "");
        }
        if (logFormat != null && !logFormat.equals("text") && !logFormat.equals("json")) {
            throw Refusal.invalid("--log-format is text or json.", "");
        }
        if (connectTimeout < 1 || firstByteTimeout < 1 || silenceTimeout < 1 || drainTimeout < 0) {
            throw Refusal.invalid("Timeouts are whole seconds, at least 1.", "");
        }
        if ((tlsCert == null) != (tlsKey == null)) {
            throw Refusal.invalid("--tls-cert and --tls-key belong together.", "Give both, or neither.");
        }
        for (Path file : tlsCert == null || tlsKey == null ? List.<Path>of() : List.of(tlsCert, tlsKey)) {
            if (!Files.isReadable(file)) {
                throw Refusal.invalid("The file " + file + " cannot be read.", "Check the path and its permissions.");
            }
        }
        keptCalls();
        long mostCached = Runtime.getRuntime().maxMemory() / 4;
        if (cacheBytes() > mostCached) {
            throw Refusal.invalid(
                    "--cache-size is more than a quarter of the heap.",
                    "Give " + (mostCached >> 20) + "MiB or less, or the process more memory.");
        }
        ClientAddress.behind(behindProxy);
        mail();
        telemetryCollector();
        if (loginNotice.length() > OAuthSettings.LONGEST_NOTICE
                || loginNotice.chars().anyMatch(Character::isISOControl)) {
            throw Refusal.invalid(
                    "--login-notice is too long, or has more than one line.",
                    "Give one sentence of " + OAuthSettings.LONGEST_NOTICE + " characters at most.");
        }
        if (publicUrl != null && !isOrigin(publicUrl)) {
            throw Refusal.invalid(
                    "--public-url is not an http or https address of a host alone, without a path.",
                    "For example https://ai.example.org");
        }
        if (!isLoopback(host) && !tls() && behindProxy.isEmpty()) {
            throw Refusal.invalid(
                    "Listening on " + host + " without TLS would send keys and prompts in the clear.",
                    "Give --tls-cert and --tls-key, or --behind-proxy ADDRESS if a proxy in front does TLS.");
        }
    }

    /** Pages and cookies belong to a whole host, and what is registered with others is its plain name. */
    private static boolean isOrigin(URI address) {
        return address.getHost() != null
                && ("http".equalsIgnoreCase(address.getScheme()) || "https".equalsIgnoreCase(address.getScheme()))
                && address.getRawUserInfo() == null
                && address.getRawPath().matches("/*")
                && address.getRawQuery() == null
                && address.getRawFragment() == null;
    }

    /** What is not wrong, and yet not as it should be; a sentence or two for whoever starts the server. */
    Optional<String> warning() {
        boolean elsewhere = publicUrl != null && !PageAddress.isThisMachine(publicUrl.getHost());
        return elsewhere && isLoopback(host) && !tls() && behindProxy.isEmpty()
                ? Optional.of(
                        "Warning: people come to " + publicUrl + " by way of something that is not named, so all of"
                                + " them seem to be at one address and share its limits.\nName it: --behind-proxy 127.0.0.1, or"
                                + " the address that it comes from.")
                : Optional.empty();
    }

    private static boolean isLoopback(String host) {
        if (host.equals("localhost")) {
            return true;
        }
        byte[] address = NetUtil.createByteArrayFromIpAddressString(host);
        if (address == null) {
            throw Refusal.invalid("--host is not an IP address: " + host, "For example 127.0.0.1 or 0.0.0.0.");
        }
        try {
            return InetAddress.getByAddress(address).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}

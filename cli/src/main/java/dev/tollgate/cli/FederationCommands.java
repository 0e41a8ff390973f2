package dev.tollgate.cli;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.TypeConversionException;

/** {@code federation add|list|remove|test}; {@code lease} is {@link LeaseCommands}. */
final class FederationCommands {
    /** Issuers that need not be typed. */
    private static final Map<String, String> KNOWN_ISSUERS = Map.of(
            "github", "https://token.actions.githubusercontent.com",
            "gitlab", "https://gitlab.com");

    private FederationCommands() {}

    static CommandSpec group() {
        CommandSpec group = Command.group(
                "federation",
                "Jobs that sign in by a token of their own issuer, such as GitHub Actions or GitLab.",
                new Add(),
                new ListAll(),
                new RemoveCommand(
                        "/federation-rules/{}", "Trust rule", "Trust it no more; what it gave ends within a second."),
                new Test());
        group.addSubcommand("lease", LeaseCommands.group());
        return group;
    }

    /** {@code 5/day}: an amount of US dollars, and in what time it may be spent. */
    private record Cap(String usd, String window) {
        private static final Pattern FORM = Pattern.compile("([^/]+)/(day|month)");

        static Cap of(String text) {
            Matcher parts = FORM.matcher(text);
            if (!parts.matches()) {
                throw new TypeConversionException("not a cap like 5/day or 100/month (US dollars)");
            }
            return new Cap(PriceCommands.usd(parts.group(1)), parts.group(2));
        }
    }

    private static final class Add extends ServerCommand {
        private final Arg<String> name = positional("NAME", "What to call the rule: a-z, 0-9 and '-'.");
        private final Arg<String> issuer =
                option("--issuer", "URL", "Whose tokens: github, gitlab, or the issuer's URL.");
        private final Arg<String> audience =
                option("--audience", "TEXT", "What its jobs name as the audience, exactly; best this gate's address.");
        private final Arg<String> claims = option(
                "--claims", "NAME=VALUE,…", "What each claim must be. A * at a value's end stands for any rest.");
        private final Arg<String> models = option("--models", "ALIAS,…", "The only models. Default: all.");
        private final Arg<String> scopes =
                option("--scopes", "SCOPE,…", "Scopes besides; without models:use no model.");
        private final Arg<String> account = option("--account", "A", "Who pays. Default: default.");
        private final Arg<Cap> cap = option(
                "--cap", "USD/WINDOW", Cap.class, Cap::of, "What all its jobs may spend, like 5/day or 100/month.");
        private final Arg<Duration> lifetime = option(
                "--lifetime", "TIME", Duration.class, new Durations(), "Of an access token: 1m to 15m. Default: 15m.");
        private final Arg<Boolean> jag =
                flag("It is an identity provider that speaks for people (ID-JAG), not one of jobs.", "--id-jag");
        private final Arg<Boolean> near =
                flag("Allow an issuer on this machine or in a private network, over http too.", "--private");

        Add() {
            super("add", "Trust tokens of an issuer, where they are for this gate and their claims are right.");
        }

        @Override
        int run(AdminApi api, Surroundings surroundings, Output out) {
            if (issuer.given().isEmpty() || claims.given().isEmpty()) {
                throw Failure.usage(
                        "The issuer or the claims are missing.",
                        "Give --issuer and --claims, such as --claims repository_id=1234,ref=refs/heads/main.");
            }
            Json.Obj body = Json.object()
                    .put("name", name.value())
                    .put("kind", jag.value() ? "id-jag" : "job")
                    .put("issuer", KNOWN_ISSUERS.getOrDefault(issuer.value(), issuer.value()));
            audience.given().ifPresent(text -> body.put("audience", text));
            body.put("claims", claims(claims.value()));
            List<String> granted = granted();
            if (!granted.isEmpty()) {
                body.put("scopes", granted);
            }
            account.given().ifPresent(text -> body.put("account", text));
            cap.given().ifPresent(most -> body.put("cap_usd", most.usd()).put("cap_window", most.window()));
            lifetime.given().ifPresent(time -> body.put("lifetime_seconds", time.toSeconds()));
            if (near.value()) {
                body.put("private", true);
            }
            Json.Obj added = api.post(Resource.of("/federation-rules"), body);
            if (json()) {
                out.json(added);
                return 0;
            }
            out.line("Tokens of " + added.text("issuer") + " are trusted by the rule " + added.text("name") + ".");
            out.line("See what it says of a token: ./tollgate federation test < token.txt");
            return 0;
        }

        private List<String> granted() {
            List<String> granted = new ArrayList<>();
            models.given().ifPresent(names -> Format.words(names).forEach(model -> granted.add("models:use:" + model)));
            scopes.given().ifPresent(names -> granted.addAll(Format.words(names)));
            return granted;
        }

        private static Json.Obj claims(String given) {
            Json.Obj claims = Json.object();
            for (String each : Format.words(given)) {
                int equals = each.indexOf('=');
                if (equals < 1) {
                    throw Failure.usage(
                            "\"" + each + "\" is no claim with a value.", "Give it as ref=refs/heads/main.");
                }
                if (claims.has(each.substring(0, equals))) {
                    throw Failure.usage("A claim is given twice.", "A claim has one value.");
                }
                claims.put(each.substring(0, equals), each.substring(equals + 1));
            }
            return claims;
        }
    }

    private static final class ListAll extends ServerCommand {
        ListAll() {
            super("list", "List the rules, whom each lets in, and for what.");
        }

        @Override
        int run(AdminApi api, Surroundings surroundings, Output out) {
            Json.Obj answer = api.get(Resource.of("/federation-rules"));
            if (json()) {
                out.jsonRows(answer);
                return 0;
            }
            Table table = new Table(
                    Table.left("NAME"),
                    Table.left("KIND"),
                    Table.left("ISSUER"),
                    Table.left("AUDIENCE"),
                    Table.elastic("CLAIMS"),
                    Table.left("SCOPES"),
                    Table.left("ACCOUNT"),
                    Table.left("CAP"));
            for (Json.Obj rule : answer.rows("data")) {
                table.row(
                        rule.text("name"),
                        rule.text("kind"),
                        rule.text("issuer"),
                        rule.has("audience") ? rule.text("audience") : "this gate",
                        claims(rule.child("claims")),
                        String.join(" ", rule.texts("scopes")),
                        Format.orNone(rule.text("account")),
                        rule.has("cap_usd")
                                ? Format.price(rule.text("cap_usd")) + "/" + rule.text("cap_window")
                                : Format.NONE);
            }
            out.table(table, "No issuer is trusted. Add a rule: tollgate federation add NAME --issuer github");
            return 0;
        }

        private static String claims(Json.Obj claims) {
            List<String> all = new ArrayList<>();
            claims.fields().keySet().forEach(claim -> all.add(claim + "=" + claims.text(claim)));
            return String.join(" ", all);
        }
    }

    private static final class Test extends ServerCommand {
        Test() {
            super(
                    "test",
                    "Show what each rule says of a token, which is read from standard input, or unseen."
                            + " Exit code 1 where none takes it.");
        }

        @Override
        int run(AdminApi api, Surroundings surroundings, Output out) throws IOException {
            String token = SecretInput.read("Token", surroundings);
            Json.Obj answer =
                    api.post(Resource.of("/federation-trials"), Json.object().put("token", token));
            List<Json.Obj> trials = answer.rows("data");
            boolean taken = trials.stream().anyMatch(trial -> trial.flag("passes"));
            if (json()) {
                out.jsonRows(answer);
            } else {
                show(trials, out);
            }
            return taken ? 0 : Failure.REFUSED;
        }

        private static void show(List<Json.Obj> trials, Output out) {
            Table table =
                    new Table(Table.left("RULE"), Table.left("CHECK"), Table.left("OUTCOME"), Table.elastic("WHY"));
            List<String> taking = new ArrayList<>();
            for (Json.Obj trial : trials) {
                for (Json.Obj check : trial.rows("checks")) {
                    table.row(trial.text("rule"), check.text("name"), check.text("outcome"), check.text("detail"));
                }
                if (trial.flag("passes")) {
                    taking.add(trial.text("rule"));
                }
            }
            out.table(table, "No issuer is trusted. Add a rule: tollgate federation add NAME --issuer github");
            if (!trials.isEmpty()) {
                out.blank();
                out.line(taking.isEmpty() ? "No rule takes it." : "It is taken by: " + String.join(", ", taking) + ".");
            }
        }
    }
}

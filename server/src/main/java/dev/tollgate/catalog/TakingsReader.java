package dev.tollgate.catalog;

import dev.tollgate.catalog.Takings.BetaRule;
import dev.tollgate.catalog.Takings.Rule;
import dev.tollgate.catalog.Takings.Rules;
import dev.tollgate.catalog.Takings.Taking;
import dev.tollgate.dialects.codec.Destination.Takes;
import dev.tollgate.dialects.conversation.Protocol;
import dev.tollgate.dialects.conversation.Thinking.Effort;
import dev.tollgate.kernel.Refusal;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Reads the rules of {@link Takings}, those that come with Tollgate or the operator's own: they have one format. */
final class TakingsReader {
    private static final TableFile FILE =
            new TableFile("The file", 1, "Correct the file, or move it away to use the built-in rules.");
    private static final Set<Takes> TOOLS = EnumSet.of(Takes.WEB_SEARCH, Takes.WEB_FETCH, Takes.CODE_EXECUTION);
    /** All but the tools, and the efforts, which are said by their words. */
    private static final Set<Takes> PARAMETERS = EnumSet.complementOf(
            EnumSet.of(Takes.EFFORT, Takes.FINE_EFFORT, Takes.WEB_SEARCH, Takes.WEB_FETCH, Takes.CODE_EXECUTION));

    private static final Glob ANY = new Glob("*");

    private final JsonCursor json;

    private TakingsReader(JsonCursor json) {
        this.json = json;
    }

    /** The rules that come with Tollgate. */
    static Rules builtin() {
        Rules rules = read(TableFile.builtin("takings.json"), "The built-in file of what models take");
        for (Protocol protocol : Protocol.values()) {
            if (rules.models().stream().noneMatch(rule -> rule.protocol() == protocol && rule.fitsAll())) {
                throw new IllegalStateException("takings.json has no rule for every model of " + protocol);
            }
        }
        return rules;
    }

    /**
     * The operator's own rules, if there is such a file.
     *
     * @throws Refusal if it cannot be read or has a fault, naming its line and field
     */
    static Optional<Rules> operators(Path file) {
        return FILE.operators(file).map(bytes -> read(bytes, FILE.name() + ' ' + file));
    }

    /** @param name what to call it in a refusal */
    static Rules read(byte[] bytes, String name) {
        try (JsonCursor json = new JsonCursor(bytes, name, FILE.cure())) {
            Rules rules = new TakingsReader(json).file();
            json.end();
            return rules;
        }
    }

    private Rules file() {
        LocalDate date = null;
        List<Rule> models = List.of();
        List<BetaRule> betas = List.of();
        json.enterObject();
        for (String field = json.field(); field != null; field = json.field()) {
            switch (field) {
                case "date" -> date = json.date();
                case "models" -> models = json.list(this::rule);
                case "betas" -> betas = json.list(this::betaRule);
                default -> throw json.unknownField(field);
            }
        }
        json.required(date, "date");
        return new Rules(models, betas);
    }

    private BetaRule betaRule() {
        Glob provider = null;
        String platform = null;
        List<Glob> models = List.of(ANY);
        List<Glob> takes = null;
        json.enterObject();
        for (String field = json.field(); field != null; field = json.field()) {
            switch (field) {
                case "provider" -> provider = new Glob(json.text());
                case "platform" -> platform = platform();
                case "models" -> models = globs();
                case "takes" -> takes = json.list(() -> new Glob(json.text()));
                default -> comment(field);
            }
        }
        Glob whose = platform == null ? json.required(provider, "provider") : provider == null ? ANY : provider;
        return new BetaRule(whose, platform, models, json.required(takes, "takes"));
    }

    private String platform() {
        String platform = json.text();
        if (!Platform.NAMES.contains(platform)) {
            throw json.fault("a platform is " + String.join(" or ", Platform.NAMES));
        }
        return platform;
    }

    /** Fields for people: where a rule is from, and when it was compared with that. */
    private void comment(String field) {
        switch (field) {
            case "source", "note" -> json.text();
            case "verified" -> json.date();
            default -> throw json.unknownField(field);
        }
    }

    private List<Glob> globs() {
        List<Glob> globs = json.list(() -> new Glob(json.text()));
        if (globs.isEmpty()) {
            throw json.fault("at least one model was expected");
        }
        return globs;
    }

    private Rule rule() {
        Protocol protocol = null;
        Glob provider = null;
        List<Glob> models = null;
        List<Takes> parameters = null;
        List<Effort> efforts = List.of();
        List<Takes> tools = List.of();
        long leastThinkingBudget = 0;
        json.enterObject();
        for (String field = json.field(); field != null; field = json.field()) {
            switch (field) {
                case "protocol" -> protocol = protocol();
                case "provider" -> provider = new Glob(json.text());
                case "models" -> models = globs();
                case "parameters" -> parameters = json.list(() -> taken(PARAMETERS));
                case "efforts" -> efforts = json.list(this::effort);
                case "tools" -> tools = json.list(() -> taken(TOOLS));
                case "least_thinking_budget" -> leastThinkingBudget = json.count();
                default -> comment(field);
            }
        }
        EnumSet<Takes> takes = EnumSet.noneOf(Takes.class);
        takes.addAll(json.required(parameters, "parameters"));
        takes.addAll(tools);
        return new Rule(
                json.required(protocol, "protocol"),
                json.required(provider, "provider"),
                json.required(models, "models"),
                new Taking(takes, Set.copyOf(efforts), leastThinkingBudget));
    }

    private Protocol protocol() {
        return Protocol.of(json.text())
                .orElseThrow(() -> json.fault("a protocol is messages, chat, responses, gemini or converse"));
    }

    private Effort effort() {
        Effort effort = Effort.of(json.text());
        if (effort == null) {
            throw json.fault("an effort is none, minimal, low, medium, high, xhigh or max");
        }
        return effort;
    }

    private Takes taken(Set<Takes> known) {
        String word = json.text();
        return known.stream()
                .filter(takes -> takes.name().toLowerCase(Locale.ROOT).equals(word))
                .findFirst()
                .orElseThrow(() -> json.fault("this word is not known; the words are "
                        + String.join(
                                ", ",
                                known.stream()
                                        .map(takes -> takes.name().toLowerCase(Locale.ROOT))
                                        .sorted()
                                        .toList())));
    }
}

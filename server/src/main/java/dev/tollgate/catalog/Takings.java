package dev.tollgate.catalog;

import dev.tollgate.dialects.codec.Destination.Takes;
import dev.tollgate.dialects.conversation.Protocol;
import dev.tollgate.dialects.conversation.Thinking.Effort;
import dev.tollgate.kernel.Refusal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What models take of what their protocol can say, as data: parameters, efforts, tools that the provider runs, betas. A converted
 * call says no more than that; in its own dialect a call keeps its bytes, but for betas that the provider refuses. The first rule
 * that fits holds: those of the operator's file, then those that come with Tollgate, which end with a rule for every model of each
 * protocol.
 */
public final class Takings {
    private final List<Rule> rules;
    private final List<BetaRule> betas;

    private Takings(List<Rules> files) {
        this.rules = files.stream().flatMap(file -> file.models().stream()).toList();
        this.betas = files.stream().flatMap(file -> file.betas().stream()).toList();
    }

    /**
     * The rules that come with Tollgate, and before them the operator's.
     *
     * @param operatorsFile need not exist
     * @throws Refusal if it has a fault, naming its line and field
     */
    public static Takings open(Path operatorsFile) {
        List<Rules> files = new ArrayList<>();
        TakingsReader.operators(operatorsFile).ifPresent(files::add);
        files.add(TakingsReader.builtin());
        return new Takings(files);
    }

    /** What the model takes that this provider serves in this protocol. */
    public Taking of(Protocol protocol, String provider, String model) {
        for (Rule rule : rules) {
            if (rule.fits(protocol, provider, model)) {
                return rule.taking();
            }
        }
        throw new IllegalStateException("the built-in rules have none for every model of " + protocol);
    }

    /** Whether this provider takes this beta (of Anthropic's header {@code anthropic-beta}) for the model. Without a rule it does. */
    public boolean takesBeta(Provider provider, String model, String beta) {
        for (BetaRule rule : betas) {
            if (rule.fits(provider, model)) {
                return Glob.any(rule.takes(), beta);
            }
        }
        return true;
    }

    /**
     * What one rule grants.
     *
     * @param efforts none where the model takes no effort
     * @param leastThinkingBudget in tokens; 0 where the model can do without thinking
     */
    public record Taking(Set<Takes> takes, Set<Effort> efforts, long leastThinkingBudget) {
        public Taking {
            EnumSet<Takes> all = EnumSet.noneOf(Takes.class);
            all.addAll(takes);
            if (!efforts.isEmpty()) {
                all.add(Takes.EFFORT);
            }
            takes = Set.copyOf(all);
            efforts = Set.copyOf(efforts);
        }
    }

    /** What one file holds. */
    record Rules(List<Rule> models, List<BetaRule> betas) {}

    /**
     * The betas that a provider takes for some models; it refuses a call for any other.
     *
     * @param platform the wire name of the one that hosts the models; null where any does, or none
     */
    record BetaRule(Glob provider, @Nullable String platform, List<Glob> models, List<Glob> takes) {
        boolean fits(Provider served, String model) {
            return provider.matches(served.name())
                    && (platform == null || platform.equals(served.platform().wireName()))
                    && Glob.any(models, model);
        }
    }

    /** Whom a rule is for, and what it grants. */
    record Rule(Protocol protocol, Glob provider, List<Glob> models, Taking taking) {
        boolean fits(Protocol asked, String providerName, String model) {
            return protocol == asked && provider.matches(providerName) && Glob.any(models, model);
        }

        boolean fitsAll() {
            return provider.matchesAll() && models.stream().anyMatch(Glob::matchesAll);
        }
    }
}

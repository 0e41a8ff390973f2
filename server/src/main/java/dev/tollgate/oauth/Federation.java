package dev.tollgate.oauth;

import dev.tollgate.identity.federation.NewTrustRule;
import dev.tollgate.identity.federation.Trial;
import dev.tollgate.identity.federation.TrustRule;
import dev.tollgate.identity.federation.TrustRules;
import dev.tollgate.kernel.AuditTrail;
import dev.tollgate.kernel.Refusal;
import dev.tollgate.kernel.store.Store;
import dev.tollgate.upstream.JudgedFetch;
import java.net.URI;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tokens of other issuers, judged by rules: of jobs (workload identity), and of companies' identity providers about their
 * people (ID-JAG). Its libraries are loaded with the first token or rule.
 */
public final class Federation implements SubjectTokens, TrustRules {
    private static final int MOST_RULES = 200;

    private final Store store;
    private final AuditTrail audit;
    private final InstantSource clock;
    private final JudgedFetch fetch;
    private final Outsiders outsiders;
    private final Grants grants;
    private final ShownOnce shown;
    private final Audiences audiences;
    private volatile @Nullable Parts parts;

    /** What the libraries are needed for. */
    private record Parts(FederationKeys keys, FederationChecks checks, FederatedGrants granting) {}

    /**
     * Beside a server.
     *
     * @param fetch fetches issuers' documents, for nothing else
     * @param outsiders who it is that an ID-JAG speaks of
     */
    public Federation(
            AuthorizationServer.Ground ground, AuthorizationServer server, JudgedFetch fetch, Outsiders outsiders) {
        this.store = ground.store();
        this.audit = ground.audit();
        this.clock = ground.clock();
        this.fetch = fetch;
        this.outsiders = outsiders;
        this.grants = server.grants();
        this.shown = server.shown();
        this.audiences = server.audiences();
    }

    private Parts parts() {
        Parts known = parts;
        return known == null ? first() : known;
    }

    private synchronized Parts first() {
        Parts known = parts;
        if (known == null) {
            FederationKeys keys = new FederationKeys(fetch, clock);
            FederationChecks checks =
                    new FederationChecks(new FederationSignature(keys), audiences, outsiders, shown, clock);
            known = new Parts(
                    keys, checks, new FederatedGrants(store, audit, grants, audiences, outsiders, checks, clock));
            parts = known;
        }
        return known;
    }

    @Override
    public Judgement judge(Presented presented) {
        return parts().granting.judge(presented);
    }

    @Override
    public List<TrustRule> list() {
        return store.read(TrustRuleTable::all);
    }

    @Override
    public TrustRule add(NewTrustRule wanted, String actor) {
        TrustRule rule = TrustRuleForm.read(wanted, clock.instant().truncatedTo(ChronoUnit.MILLIS));
        introduce(rule);
        store.write(tx -> {
            if (TrustRuleTable.count(tx.handle()) >= MOST_RULES) {
                throw Refusal.conflict(
                        "There are " + MOST_RULES + " trust rules.", "Remove one: tollgate federation remove NAME");
            }
            if (!TrustRuleTable.insert(tx.handle(), rule)) {
                throw Refusal.conflict(
                        "There is a trust rule of that name.",
                        "Choose another, or: tollgate federation remove " + rule.name());
            }
            audit.record(tx, actor, "federation.rule_added", rule.name(), FederationAudit.describe(rule));
            return rule;
        });
        return rule;
    }

    /** Whoever is trusted must be there, and have keys: a mistyped issuer is told now, not when a job fails at night. */
    private void introduce(TrustRule rule) {
        URI issuer = fetch.accept(rule.issuer(), rule.near());
        String fault = parts().keys.fault(rule);
        if (fault != null) {
            throw Refusal.invalid(
                    "The issuer at " + issuer.getHost() + " cannot be used: " + fault + ".",
                    "Its configuration must be at ISSUER" + FederationKeys.WELL_KNOWN
                            + ". One in a private network needs --private.");
        }
    }

    @Override
    public void remove(String name, String actor) {
        TrustRule removed = store.write(tx -> {
            TrustRule rule = TrustRuleTable.named(tx.handle(), name)
                    .orElseThrow(() -> Refusal.notFound(
                            "There is no trust rule of that name.", "List them: tollgate federation list"));
            SetupTokenTable.find(tx.handle(), rule.id()).ifPresent(row -> SetupTokens.forget(tx, audit, row, actor));
            TrustRuleTable.delete(tx.handle(), rule.id());
            audit.record(tx, actor, "federation.rule_removed", rule.name(), FederationAudit.describe(rule));
            return rule;
        });
        grants.revokeBeginningWith(FederatedGrants.prefix(removed), actor, "its trust rule was removed");
    }

    @Override
    public List<Trial> test(String text) {
        FederationToken token = FederationToken.read(text);
        if (token == null) {
            throw Refusal.invalid(
                    "That is no signed JWT.",
                    "Give the token alone, as the issuer has made it: three parts with dots between them.");
        }
        FederationChecks checks = parts().checks;
        return list().stream()
                .map(rule -> new Trial(rule, checks.all(rule, token)))
                .toList();
    }
}

package dev.tollgate.oauth;

import dev.tollgate.identity.federation.Check;
import dev.tollgate.identity.federation.TrustRule;
import dev.tollgate.identity.federation.TrustRule.Kind;
import dev.tollgate.kernel.AuditTrail;
import dev.tollgate.kernel.store.Store;
import dev.tollgate.kernel.store.WriteSession;
import dev.tollgate.oauth.SubjectTokens.Judgement;
import dev.tollgate.oauth.SubjectTokens.Presented;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * From a token of another issuer to a grant of ours. Each rule has one grant for all its jobs, or for each person and
 * client, so that its cap holds for all of them together; its id comes from the rule's. Every outcome is in the audit trail, those
 * that anybody can cause in sums.
 */
final class FederatedGrants {
    /** In usage and budgets, and in the tokens: whose job it is. */
    private static final String CLIENT = "federation:";

    private static final String PREFIX = "gra_";

    private static final String ACTOR = "federation";
    private static final String DENIED = "federation.denied";
    /** RFC 8693 section 3: what an issuer's JWT is called. */
    private static final Set<String> TOKEN_TYPES =
            Set.of("urn:ietf:params:oauth:token-type:jwt", "urn:ietf:params:oauth:token-type:id_token");

    private static final int HASH = 22;
    private static final int MOST_REASONS = 20;

    /** What one rule says of what was presented. */
    private sealed interface Verdict {
        record Good(Terms terms) implements Verdict {}

        /** @param proven whether the rule's issuer has signed it */
        record Bad(String reason, boolean proven) implements Verdict {
            Bad(String reason) {
                this(reason, true);
            }
        }
    }

    /** What would be given. */
    private record Terms(TrustRule rule, String grantId, Grants.Draft draft, List<String> scopes, String resource) {}

    private final Store store;
    private final AuditTrail audit;
    private final Grants grants;
    private final Audiences audiences;
    private final Outsiders outsiders;
    private final FederationChecks checks;
    private final InstantSource clock;
    private final UnprovenDenials unproven = new UnprovenDenials();

    FederatedGrants(
            Store store,
            AuditTrail audit,
            Grants grants,
            Audiences audiences,
            Outsiders outsiders,
            FederationChecks checks,
            InstantSource clock) {
        this.store = store;
        this.audit = audit;
        this.grants = grants;
        this.audiences = audiences;
        this.outsiders = outsiders;
        this.checks = checks;
        this.clock = clock;
    }

    /** With it the ids of all grants of the rule begin. */
    static String prefix(TrustRule rule) {
        return PREFIX + rule.id().substring(rule.id().indexOf('_') + 1) + "_";
    }

    /** Whether it stands for a job, not for a client: no client's id has a colon, but an address. */
    static boolean isJob(String clientId) {
        return clientId.startsWith(CLIENT);
    }

    /** The rule by which a grant was made; empty if it was made otherwise. */
    static Optional<String> ruleId(String grantId) {
        int end = grantId.indexOf('_', PREFIX.length());
        return grantId.startsWith(PREFIX) && end > 0
                ? Optional.of("fed_" + grantId.substring(PREFIX.length(), end))
                : Optional.empty();
    }

    Judgement judge(Presented presented) {
        FederationToken token = TOKEN_TYPES.contains(presented.type()) ? FederationToken.read(presented.token()) : null;
        if (token == null) {
            return denied(null, "", List.of("it is no signed JWT, or said to be something else"), presented, false);
        }
        // No rule has an issuer that a store stumbles over.
        List<TrustRule> rules = FederationToken.isPlain(token.issuer())
                ? store.read(handle -> TrustRuleTable.ofIssuer(handle, token.issuer()))
                : List.of();
        if (rules.isEmpty()) {
            return denied(token, "", List.of("no rule trusts its issuer"), presented, false);
        }
        List<String> reasons = new ArrayList<>();
        boolean proven = false;
        for (TrustRule rule : rules) {
            switch (verdict(rule, token, presented)) {
                case Verdict.Good(Terms terms) -> {
                    return accept(terms, token, presented);
                }
                case Verdict.Bad bad -> {
                    reasons.add(rule.name() + ": " + bad.reason());
                    proven |= bad.proven();
                }
            }
        }
        String subject = rules.size() == 1 ? rules.getFirst().name() : "";
        return denied(token, subject, reasons.subList(0, Math.min(reasons.size(), MOST_REASONS)), presented, proven);
    }

    private Verdict verdict(TrustRule rule, FederationToken token, Presented presented) {
        List<Check> all = checks.all(rule, token);
        Optional<Check> failed = all.stream()
                .filter(check -> check.outcome() != Check.Outcome.HOLDS)
                .findFirst();
        if (failed.isPresent()) {
            return new Verdict.Bad(failed.get().name() + ", " + failed.get().detail(), FederationChecks.isSigned(all));
        }
        return rule.kind() == Kind.JOB ? job(rule, presented) : ofPerson(rule, token, presented);
    }

    private Verdict job(TrustRule rule, Presented presented) {
        if (!Scopes.covers(rule.scopes(), presented.scopes())) {
            return new Verdict.Bad("scopes were asked for that it does not give");
        }
        String client = CLIENT + rule.name();
        Grants.Draft draft = new Grants.Draft(
                null, client, rule.account(), client, rule.name(), rule.scopes(), audiences.issuer(), cap(rule), null);
        List<String> scopes = presented.scopes().isEmpty() ? rule.scopes() : presented.scopes();
        String resource = presented.resource() == null ? audiences.issuer() : presented.resource();
        return new Verdict.Good(new Terms(rule, grantId(rule, client), draft, scopes, resource));
    }

    /** draft-ietf-oauth-identity-assertion-authz-grant, section 4.4. */
    private Verdict ofPerson(TrustRule rule, FederationToken token, Presented presented) {
        if (!presented.assertion() || !presented.client().confidential()) {
            return new Verdict.Bad("an ID-JAG is an assertion, brought by a client that authenticates");
        }
        if (!presented.client().id().equals(token.text("client_id"))) {
            return new Verdict.Bad("client_id is that of another client than the one that brought it");
        }
        String resource = audiences.asked(String.valueOf(token.text("resource")));
        if (presented.resource() != null && !presented.resource().equals(resource)) {
            return new Verdict.Bad("another resource was asked for than it is for");
        }
        String said = token.text("scope");
        List<String> most = said == null ? rule.scopes() : Scopes.both(rule.scopes(), Scopes.split(said));
        if (most.isEmpty() || !Scopes.covers(most, presented.scopes())) {
            return new Verdict.Bad("scopes were asked for that it does not give");
        }
        Optional<Persons.Profile> found =
                outsiders.person(token.issuer(), String.valueOf(token.text(ClaimConditions.SUBJECT)));
        if (found.isEmpty()) {
            return new Verdict.Bad("the person is not here any more");
        }
        Persons.Profile person = found.get();
        Grants.Draft draft = new Grants.Draft(
                person.id(),
                person.id(),
                person.account(),
                presented.client().id(),
                presented.client().name(),
                rule.scopes(),
                resource,
                cap(rule),
                null);
        List<String> scopes = presented.scopes().isEmpty() ? most : presented.scopes();
        String id =
                grantId(rule, String.join("\n", person.id(), presented.client().id(), resource));
        return new Verdict.Good(new Terms(rule, id, draft, scopes, resource));
    }

    private static String grantId(TrustRule rule, String whose) {
        return prefix(rule) + Secrets.hash(whose).substring(0, HASH);
    }

    private static @Nullable SpendingCap cap(TrustRule rule) {
        TrustRule.Cap cap = rule.cap();
        return cap == null
                ? null
                : new SpendingCap(cap.nanoUsd(), cap.monthly() ? SpendingCap.Window.MONTH : SpendingCap.Window.DAY);
    }

    /** The token is used up first: whatever happens then, nothing is given for it twice. */
    private Judgement accept(Terms terms, FederationToken token, Presented presented) {
        TrustRule rule = terms.rule;
        if (!checks.use(token)) {
            return denied(token, rule.name(), List.of("it has been used before (jti)"), presented, true);
        }
        AccessGrant grant = grants.standing(terms.grantId, terms.draft, ACTOR);
        if (!store.read(handle -> TrustRuleTable.exists(handle, rule.id()))) {
            // Removed meanwhile: whoever removed it may have looked for its grants before this one was there.
            grants.revokeBeginningWith(prefix(rule), ACTOR, "its trust rule was removed");
            return denied(token, rule.name(), List.of("the rule was removed"), presented, true);
        }
        // A person may have narrowed what the client may do, and whoever revoked the grant meant it.
        List<String> scopes = Scopes.both(grant.scopes(), terms.scopes);
        if (!grant.alive(clock.instant()) || scopes.isEmpty()) {
            return denied(
                    token,
                    rule.name(),
                    List.of("the grant " + grant.id() + " has ended or was narrowed"),
                    presented,
                    true);
        }
        SortedMap<String, Long> sums = unproven.over(clock.millis());
        store.write(tx -> {
            tell(tx, sums);
            audit.record(
                    tx,
                    ACTOR,
                    "federation.accepted",
                    rule.name(),
                    FederationAudit.accepted(token, grant, presented.address()));
            return grant;
        });
        return new Judgement.Accepted(grant, scopes, terms.resource, checks.latest(rule, token));
    }

    private Judgement denied(
            @Nullable FederationToken token,
            String subject,
            List<String> reasons,
            Presented presented,
            boolean proven) {
        long now = clock.millis();
        OptionalLong before = proven ? OptionalLong.of(0) : unproven.count(presented.address(), now);
        SortedMap<String, Long> sums = unproven.over(now);
        if (before.isEmpty() && sums.isEmpty()) {
            return new Judgement.Refused();
        }
        store.write(tx -> {
            tell(tx, sums);
            if (before.isPresent()) {
                String detail = FederationAudit.denied(token, reasons, presented.address(), before.getAsLong());
                audit.record(tx, ACTOR, DENIED, subject, detail);
            }
            return subject;
        });
        return new Judgement.Refused();
    }

    /** What was refused without a row of its own. */
    private void tell(WriteSession tx, SortedMap<String, Long> sums) {
        sums.forEach((address, more) -> audit.record(tx, ACTOR, DENIED, "", FederationAudit.summed(address, more)));
    }
}

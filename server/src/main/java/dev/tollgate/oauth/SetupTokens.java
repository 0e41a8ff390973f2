package dev.tollgate.oauth;

import dev.tollgate.identity.federation.Leases;
import dev.tollgate.identity.federation.TrustRule;
import dev.tollgate.identity.people.Actor;
import dev.tollgate.identity.people.Person;
import dev.tollgate.identity.people.PersonListener;
import dev.tollgate.kernel.AuditTrail;
import dev.tollgate.kernel.Json;
import dev.tollgate.kernel.Refusal;
import dev.tollgate.kernel.SealedColumn;
import dev.tollgate.kernel.TextSealer;
import dev.tollgate.kernel.store.Store;
import dev.tollgate.kernel.store.WriteSession;
import dev.tollgate.vault.SecretClassifier;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ObjectNode;

/**
 * Keeps Claude Code setup tokens, sealed, and lends each to the jobs of the one rule that its owner chose: once for each access
 * token, so many times a day, for a year, and only while its owner could take it back. Each lease, and each refusal of a job,
 * is in the audit trail.
 */
public final class SetupTokens implements Leases, PersonListener {
    /** Where they lie; each is sealed for its rule's id. */
    public static final SealedColumn SEALED =
            new SealedColumn("setup tokens", "federation_setup_token", "rule_id", "sealed");

    /** On one day, for one rule: what a stolen way in could take is bounded, and shows. */
    static final long MOST_A_DAY = 100;
    /** A setup token lives for a year from when it was made, and was made before it was kept. */
    static final Duration LIFE = Duration.ofDays(365);

    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_-]{33,500}");
    /** Longer than any access token lives. */
    private static final long REMEMBERED_SECONDS = Duration.ofHours(24).toSeconds();
    /** In the audit trail; the row beside it tells who changed the person. */
    private static final String SERVER = "server";

    private final Store store;
    private final AuditTrail audit;
    private final InstantSource clock;
    private final TextSealer sealer;
    private final ShownOnce shown;
    private final Persons persons;

    /**
     * Beside a server.
     *
     * @param sealer of {@link #SEALED}
     */
    public SetupTokens(
            AuthorizationServer.Ground ground, AuthorizationServer server, TextSealer sealer, Persons persons) {
        this.store = ground.store();
        this.audit = ground.audit();
        this.clock = ground.clock();
        this.sealer = sealer;
        this.shown = server.shown();
        this.persons = persons;
    }

    @Override
    public List<Kept> list() {
        long today = day();
        return store.read(SetupTokenTable::all).stream()
                .map(row -> row.kept(today))
                .toList();
    }

    @Override
    public Kept keep(String ruleName, String setupToken, Actor owner) {
        String token = setupToken.strip();
        if (!FORM.matcher(token).matches() || SecretClassifier.leasedAs(token).isEmpty()) {
            throw Refusal.invalid(
                    "That is no Claude Code setup token.",
                    "Make one with: claude setup-token. It begins with sk-ant-oat01-.");
        }
        if (!mayLend(owner.name())) {
            throw Refusal.forbidden(
                    "A setup token belongs to a person, and is kept by that person alone.",
                    "Sign in as yourself: tollgate login --admin");
        }
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        return store.write(tx -> {
            TrustRule rule = required(tx, ruleName);
            if (!TrustRuleForm.isOfOneProject(rule)) {
                throw Refusal.invalid(
                        "The rule lets in more than the jobs of one repository or project.",
                        "Lend it to a rule of your own jobs alone: one that demands repository_id or project_id.");
            }
            String sealed = sealer.seal(rule.id(), token);
            if (!SetupTokenTable.put(tx.handle(), rule.id(), owner.name(), sealed, now, now.plus(LIFE))) {
                throw Refusal.conflict(
                        "Another person keeps a setup token for these jobs.", "Add a rule of your own for your jobs.");
            }
            SetupTokenTable.Row row =
                    SetupTokenTable.find(tx.handle(), rule.id()).orElseThrow();
            audit.record(tx, owner.name(), "setup_token.kept", rule.name(), detail(row));
            return row.kept(day());
        });
    }

    @Override
    public void forget(String ruleName, Actor actor) {
        store.write(tx -> {
            SetupTokenTable.Row row = SetupTokenTable.find(
                            tx.handle(), required(tx, ruleName).id())
                    .orElseThrow(() -> Refusal.notFound(
                            "No setup token is kept for that rule.", "List them: tollgate federation lease list"));
            forget(tx, audit, row, actor.name());
            return row;
        });
    }

    /** Whatever ends a lease ends it so. */
    static void forget(WriteSession tx, AuditTrail audit, SetupTokenTable.Row row, String actor) {
        SetupTokenTable.delete(tx.handle(), row.ruleId());
        audit.record(tx, actor, "setup_token.forgotten", row.rule(), detail(row));
    }

    private static TrustRule required(WriteSession tx, String ruleName) {
        return TrustRuleTable.named(tx.handle(), ruleName)
                .orElseThrow(() -> Refusal.notFound(
                        "There is no trust rule of that name.", "List them: tollgate federation list"));
    }

    private static String detail(SetupTokenTable.Row row) {
        return Json.MAPPER
                .createObjectNode()
                .put("rule", row.ruleId())
                .put("person", row.personId())
                .toString();
    }

    /** Only while the person is there to take it back, which administrators alone can. */
    private boolean mayLend(String personId) {
        return persons.active(personId).filter(Persons.Profile::administers).isPresent();
    }

    @Override
    public void changed(WriteSession tx, Person before, Person after) {
        if (!after.active() || !after.role().administers()) {
            forgetAll(tx, after);
        }
    }

    @Override
    public void signInReset(WriteSession tx, Person person) {
        forgetAll(tx, person);
    }

    private void forgetAll(WriteSession tx, Person person) {
        for (SetupTokenTable.Row row : SetupTokenTable.ofPerson(tx.handle(), person.id())) {
            forget(tx, audit, row, SERVER);
        }
    }

    /** To a job whose access token is alive and came by that rule. */
    Lending lease(TrustRule rule, AccessTokens.Verified job, String address) {
        // Before the writer is asked, which waits for nobody.
        String owner = store.read(handle -> SetupTokenTable.find(handle, rule.id()))
                .map(SetupTokenTable.Row::personId)
                .orElse("");
        boolean mayLend = mayLend(owner);
        return store.write(tx -> {
            Lending lending = mayLend
                    ? lend(tx, rule, job, owner)
                    : new Lending.Refused(owner.isEmpty() ? "none is kept for the rule" : "its owner may not lend it");
            ObjectNode detail =
                    Json.MAPPER.createObjectNode().put("token", job.tokenId()).put("address", address);
            String action = switch (lending) {
                case Lending.Lent lent -> {
                    detail.put("person", owner);
                    yield "setup_token.leased";
                }
                case Lending.Refused(String reason) -> {
                    detail.put("why", reason);
                    yield "setup_token.refused";
                }
            };
            audit.record(tx, job.clientId(), action, rule.name(), detail.toString());
            return lending;
        });
    }

    /** The writer has it alone: nothing that is looked at here changes before it is counted. */
    private Lending lend(WriteSession tx, TrustRule rule, AccessTokens.Verified job, String owner) {
        Optional<SetupTokenTable.Row> kept = SetupTokenTable.find(tx.handle(), rule.id())
                .filter(row -> row.personId().equals(owner));
        if (kept.isEmpty()) {
            return new Lending.Refused("none is kept for the rule");
        }
        SetupTokenTable.Row row = kept.get();
        if (!isWhole(job, rule)) {
            return new Lending.Refused("this access token came of an exchange, or is for less than the rule gives");
        }
        if (!clock.instant().isBefore(row.expiresAt())) {
            return new Lending.Refused("it has been kept for longer than it lives");
        }
        if (row.leasesOn(day()) >= MOST_A_DAY) {
            return new Lending.Refused("it was lent " + MOST_A_DAY + " times today");
        }
        String text;
        try {
            text = sealer.open(row.ruleId(), row.sealed());
        } catch (Refusal damaged) {
            return new Lending.Refused("what is kept does not open; it must be kept anew");
        }
        Optional<String> variable = SecretClassifier.leasedAs(text);
        if (variable.isEmpty()) {
            return new Lending.Refused("the policy pack does not let it be lent any more");
        }
        if (!shown.first(tx, "setup token", job.tokenId(), REMEMBERED_SECONDS)) {
            return new Lending.Refused("this access token has had it");
        }
        SetupTokenTable.count(tx.handle(), row.ruleId(), day());
        return new Lending.Lent(variable.get(), text);
    }

    /** Whoever was given a part of what a job may do was not given this. An exchange adds a family to those of the token. */
    private static boolean isWhole(AccessTokens.Verified job, TrustRule rule) {
        return job.families().size() == 1 && Scopes.covers(job.scopes(), rule.scopes());
    }

    private long day() {
        return Math.floorDiv(clock.millis(), Duration.ofDays(1).toMillis());
    }
}

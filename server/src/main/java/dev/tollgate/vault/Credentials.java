package dev.tollgate.vault;

import dev.tollgate.kernel.AuditTrail;
import dev.tollgate.kernel.Events;
import dev.tollgate.kernel.Ids;
import dev.tollgate.kernel.Json;
import dev.tollgate.kernel.Notice;
import dev.tollgate.kernel.Refusal;
import dev.tollgate.vault.CredentialInfo.State;
import dev.tollgate.vault.SecretClassifier.Target;
import dev.tollgate.vault.open.SealedSecret;
import dev.tollgate.vault.open.SealedSecrets;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * The credentials. Reading is from memory and free of locks; every change blocks until it and its audit row are
 * durable, and only then shows.
 */
public final class Credentials implements SealedSecrets {
    private static final String ID_PREFIX = "cred";
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    private static final int MAX_REASON = 200;
    /** Less is a slip of the pen: thousands meant, tokens given. */
    private static final long LEAST_CONTEXT_TOKENS = 1_000;

    private static final long MOST_CONTEXT_TOKENS = 1_000_000_000;

    private final Barrier barrier;
    private final SecretClassifier classifier;
    private final Shelf shelf;
    private final AuditTrail audit;
    private final Events events;
    private final Lock changes;
    private final Fingerprints fingerprints;

    Credentials(
            Barrier barrier, SecretClassifier classifier, Shelf shelf, AuditTrail audit, Events events, Lock changes) {
        this.barrier = barrier;
        this.classifier = classifier;
        this.shelf = shelf;
        this.audit = audit;
        this.events = events;
        this.changes = changes;
        this.fingerprints = new Fingerprints(barrier.derive("credential fingerprint"));
    }

    /** The provider's credentials that calls may use, the oldest first. For the request path. */
    public List<CredentialInfo> usable(String provider) {
        return shelf.usable(provider);
    }

    /** The narrowest context that any of them is limited to, in tokens; 0 if none is. For the request path. */
    public long narrowestContext() {
        return shelf.narrowestContext();
    }

    /** All of them, by name. */
    public List<CredentialInfo> list() {
        return shelf.all().stream()
                .map(Shelf.Entry::info)
                .sorted(Comparator.comparing(CredentialInfo::name))
                .toList();
    }

    public Optional<CredentialInfo> find(String nameOrId) {
        return entry(nameOrId).map(Shelf.Entry::info);
    }

    @Override
    public @Nullable SealedSecret findSealed(String credentialId) {
        return shelf.secret(credentialId);
    }

    List<Shelf.Entry> entries() {
        return shelf.all();
    }

    private Optional<Shelf.Entry> entry(String nameOrId) {
        return nameOrId.startsWith(ID_PREFIX + "_") ? shelf.byId(nameOrId) : shelf.byName(nameOrId);
    }

    private CredentialInfo required(String nameOrId) {
        return find(nameOrId).orElseThrow(Credentials::unknown);
    }

    private static Refusal unknown() {
        // The name is not repeated: where a name is asked for, people paste secrets.
        return Refusal.notFound("There is no such credential.", "See the names with: tollgate credential list");
    }

    /**
     * Cleans, classifies, encrypts and stores a secret.
     *
     * @throws Refusal if the name is bad or taken, the secret is of a kind that may not be kept or is another
     *     provider's, or the provider has it already
     */
    public CredentialChange add(NewCredential wanted, String actor) {
        refuseBadName(wanted.name());
        refuseBadContext(wanted.maxContextTokens());
        Target target = new Target(wanted.provider(), wanted.providerHost(), wanted.kind());
        try (SecretClassifier.Accepted accepted = classifier.accept(wanted.secret(), target)) {
            return locked(() -> {
                long now = barrier.clock().millis();
                CredentialInfo info = new CredentialInfo(
                        Ids.sortable(ID_PREFIX, now),
                        wanted.name(),
                        wanted.owner(),
                        wanted.provider(),
                        accepted.kind(),
                        1,
                        accepted.lastFour(),
                        fingerprints.fingerprint(accepted.secret()),
                        wanted.maxContextTokens(),
                        State.ACTIVE,
                        "",
                        now,
                        now);
                Sealer.Sealed sealed = Sealer.seal(barrier.keyring(), info, accepted.secret());
                barrier.store().change(tx -> {
                    refuseKnownSecret(tx.handle(), info);
                    if (!CredentialRows.insert(tx.handle(), sealed.row(), wanted.kind() != null)) {
                        throw nameTaken(info.name());
                    }
                    audit.record(tx, actor, "credential.added", info.name(), detail(info));
                });
                shelf.put(new Shelf.Entry(info, sealed.secret()));
                return new CredentialChange(info, accepted.notices());
            });
        }
    }

    private static void refuseBadName(String name) {
        if (!NAME.matcher(name).matches() || name.startsWith(ID_PREFIX + "_")) {
            throw Refusal.invalid(
                    "A credential's name has 1 to 64 letters, digits, dots, dashes and underscores, and does not start "
                            + "with " + ID_PREFIX + "_.",
                    "Choose a name such as team-anthropic.");
        }
        if (SecretClassifier.recognise(name) != null) {
            throw Refusal.invalid(
                    "The name looks like a secret itself.",
                    "Choose a name such as team-anthropic, and give the secret on standard input. If it was typed on a "
                            + "command line, it is in the shell's history: replace it at its provider.");
        }
    }

    private static void refuseBadContext(long tokens) {
        if (tokens != 0 && (tokens < LEAST_CONTEXT_TOKENS || tokens > MOST_CONTEXT_TOKENS)) {
            throw Refusal.invalid(
                    "A plan's context has " + LEAST_CONTEXT_TOKENS + " to " + MOST_CONTEXT_TOKENS + " tokens.",
                    "Give tokens, such as 200000; 0 where the plan takes as much as the model.");
        }
    }

    private static Refusal nameTaken(String name) {
        return Refusal.conflict(
                "There is a credential named " + name + " already.",
                "Choose another name, or replace its secret with: tollgate credential rotate " + name);
    }

    private void refuseKnownSecret(Handle handle, CredentialInfo info) {
        Optional<String> holder = CredentialRows.nameOfSecret(handle, info.provider(), info.fingerprint());
        // A damaged row gets well by being given its own secret again.
        boolean healing = holder.filter(info.name()::equals).isPresent() && shelf.secret(info.id()) == null;
        if (holder.isPresent() && !healing) {
            throw Refusal.conflict(
                    "The provider " + info.provider() + " has this secret already, as the credential " + holder.get()
                            + ".",
                    "Use that credential, or make another key at the provider.");
        }
    }

    /**
     * Puts another secret in the place of the present one, as the next version; a quarantined credential is active
     * again. The next call uses it, and calls under way end with the version that they opened.
     *
     * @param providerHost as in {@link NewCredential}
     * @throws Refusal as {@link #add} does, or if there is no such credential
     */
    public CredentialChange rotate(String nameOrId, @Nullable String providerHost, CharSequence secret, String actor) {
        CredentialInfo known = required(nameOrId);
        boolean kindGiven = barrier.store().read(handle -> CredentialRows.isKindGiven(handle, known.id()));
        Target target = new Target(known.provider(), providerHost, kindGiven ? known.kind() : null);
        try (SecretClassifier.Accepted accepted = classifier.accept(secret, target)) {
            return locked(() -> {
                CredentialInfo info = required(known.id())
                        .rotated(
                                accepted.kind(),
                                accepted.lastFour(),
                                fingerprints.fingerprint(accepted.secret()),
                                barrier.clock().millis());
                Sealer.Sealed sealed = Sealer.seal(barrier.keyring(), info, accepted.secret());
                barrier.store().change(tx -> {
                    refuseKnownSecret(tx.handle(), info);
                    if (!CredentialRows.replaceSecret(tx.handle(), sealed.row())) {
                        throw changedElsewhere(info.name());
                    }
                    audit.record(tx, actor, "credential.rotated", info.name(), detail(info));
                });
                shelf.put(new Shelf.Entry(info, sealed.secret()));
                return new CredentialChange(info, accepted.notices());
            });
        }
    }

    private static Refusal changedElsewhere(String name) {
        return Refusal.conflict("The credential " + name + " has been changed by another Tollgate.", "Try again.");
    }

    /**
     * Notes the longest context that the credential's plan takes; the next call goes by it.
     *
     * @param tokens 0: as long as the model takes
     * @throws Refusal if there is no such credential, or no plan has so few or so many
     */
    public CredentialInfo setMaxContext(String nameOrId, long tokens, String actor) {
        refuseBadContext(tokens);
        return locked(() -> {
            CredentialInfo info = required(nameOrId).withMaxContext(tokens);
            barrier.store().change(tx -> {
                if (!CredentialRows.setMaxContext(tx.handle(), info.id(), tokens)) {
                    throw changedElsewhere(info.name());
                }
                audit.record(tx, actor, "credential.plan_set", info.name(), "{\"max_context_tokens\":" + tokens + "}");
            });
            shelf.put(new Shelf.Entry(info, shelf.secret(info.id())));
            return info;
        });
    }

    /**
     * Deletes the credential, its secret and its data key.
     *
     * @throws Refusal if there is no such credential
     */
    public void remove(String nameOrId, String actor) {
        locked(() -> {
            CredentialInfo info = required(nameOrId);
            barrier.store().change(tx -> {
                if (CredentialRows.delete(tx.handle(), info.id())) {
                    audit.record(tx, actor, "credential.removed", info.name(), detail(info));
                }
            });
            shelf.remove(info);
            return info;
        });
    }

    /**
     * Takes a credential out of use, until it is rotated or reactivated, and raises a notice. Blocking: an event loop
     * hands it to a virtual thread.
     *
     * @param version the version that the provider refused; a credential that has been rotated since is left alone
     * @param reason for people, such as {@code the provider answered 401}; no secret
     * @return whether this call did it
     */
    public boolean quarantine(String id, long version, String reason, String actor) {
        String kept = reason.length() > MAX_REASON ? reason.substring(0, MAX_REASON) : reason;
        Optional<CredentialInfo> changed = locked(() -> shelf.byId(id)
                .map(Shelf.Entry::info)
                .filter(info -> info.version() == version && info.state() == State.ACTIVE)
                .filter(info -> setState(info, State.QUARANTINED, kept, "credential.quarantined", actor)));
        changed.ifPresent(info -> events.publish(new Notice(
                barrier.clock().instant(),
                "credential.quarantined",
                info.name(),
                "The credential " + info.name() + " for " + info.provider() + " is out of use: " + kept + ".",
                "Give it a working secret with: tollgate credential rotate " + info.name())));
        return changed.isPresent();
    }

    /**
     * Puts a quarantined credential back into use; does nothing to an active one.
     *
     * @throws Refusal if there is no such credential, or its stored row is damaged
     */
    public CredentialInfo reactivate(String nameOrId, String actor) {
        return locked(() -> {
            Shelf.Entry entry = entry(nameOrId).orElseThrow(Credentials::unknown);
            CredentialInfo info = entry.info();
            if (entry.secret() == null) {
                throw Refusal.conflict(
                        "The credential " + info.name() + " cannot be used: " + Vault.DAMAGED + ".",
                        "Give it its secret again with: tollgate credential rotate " + info.name());
            }
            if (info.state() == State.QUARANTINED) {
                setState(info, State.ACTIVE, "", "credential.reactivated", actor);
            }
            return required(info.id());
        });
    }

    private boolean setState(CredentialInfo info, State state, String reason, String action, String actor) {
        boolean changed = barrier.store().write(tx -> {
            if (!CredentialRows.setState(tx.handle(), info.id(), info.version(), state, reason)) {
                return false;
            }
            ObjectNode detail = Json.MAPPER.createObjectNode();
            detail.put("version", info.version());
            detail.put("reason", reason);
            audit.record(tx, actor, action, info.name(), detail.toString());
            return true;
        });
        if (changed) {
            shelf.put(new Shelf.Entry(info.with(state, reason), shelf.secret(info.id())));
        }
        return changed;
    }

    private static String detail(CredentialInfo info) {
        ObjectNode detail = Json.MAPPER.createObjectNode();
        detail.put("id", info.id());
        detail.put("provider", info.provider());
        detail.put("kind", info.kind());
        detail.put("owner", info.owner());
        detail.put("version", info.version());
        detail.put("fingerprint", info.fingerprint());
        return detail.toString();
    }

    private <T> T locked(Supplier<T> change) {
        changes.lock();
        try {
            return change.get();
        } finally {
            changes.unlock();
        }
    }
}

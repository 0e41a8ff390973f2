package dev.tollgate.vault;

import dev.tollgate.kernel.AuditTrail;
import dev.tollgate.kernel.Events;
import dev.tollgate.kernel.Notice;
import dev.tollgate.vault.CredentialInfo.State;
import dev.tollgate.vault.open.SealedSecret;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/** The vault of one store, open for business. */
public final class Vault {
    static final String DAMAGED = "its stored row has been edited or swapped and does not open";

    private final Barrier barrier;
    private final SecretClassifier classifier;
    private final Credentials credentials;
    private final TermRotation rotation;

    private Vault(Barrier barrier, SecretClassifier classifier, Credentials credentials, TermRotation rotation) {
        this.barrier = barrier;
        this.classifier = classifier;
        this.credentials = credentials;
        this.rotation = rotation;
    }

    /**
     * Loads the credentials and finishes a rotation that died. A credential whose row does not open stays out of use,
     * with a notice; it keeps nobody else's from working. Blocking.
     */
    public static Vault open(Barrier barrier, AuditTrail audit, Events events) {
        return open(barrier, audit, events, TermRotation.BATCH);
    }

    static Vault open(Barrier barrier, AuditTrail audit, Events events, int batch) {
        Shelf shelf = new Shelf(load(barrier, events));
        ReentrantLock changes = new ReentrantLock();
        TermRotation rotation = new TermRotation(barrier, audit, changes, batch);
        rotation.finish();
        SecretClassifier classifier = SecretClassifier.standard();
        Credentials credentials = new Credentials(barrier, classifier, shelf, audit, events, changes);
        return new Vault(barrier, classifier, credentials, rotation);
    }

    private static List<Shelf.Entry> load(Barrier barrier, Events events) {
        List<Shelf.Entry> entries = new ArrayList<>();
        for (CredentialRows.Row row : barrier.store().read(CredentialRows::all)) {
            try {
                SealedSecret secret = Sealer.unseal(barrier.keyring(), row);
                entries.add(new Shelf.Entry(row.info(), secret));
            } catch (GeneralSecurityException e) {
                entries.add(new Shelf.Entry(row.info().with(State.QUARANTINED, DAMAGED), null));
                events.publish(new Notice(
                        barrier.clock().instant(),
                        "credential.damaged",
                        row.info().name(),
                        "The credential " + row.info().name() + " cannot be used: " + DAMAGED + ".",
                        "Run: tollgate credential rotate " + row.info().name()));
            }
        }
        return entries;
    }

    public Credentials credentials() {
        return credentials;
    }

    /**
     * Puts a new master key (and from a key file, a new root key) in the place of the present one. Blocking; calls and
     * changes to credentials go on meanwhile. Copies of the key file from before open only databases from before.
     *
     * @throws dev.tollgate.kernel.Refusal if a rotation is under way, or the key file cannot be written
     */
    public RotationReport rotate(String actor) {
        return rotation.rotate(actor);
    }

    /** See {@link Barrier#derive}. */
    public byte[] derive(String purpose) {
        return barrier.derive(purpose);
    }

    /** From memory. */
    public VaultStatus status() {
        Keyring keyring = barrier.keyring();
        List<Shelf.Entry> entries = credentials.entries();
        int quarantined = 0;
        int damaged = 0;
        for (Shelf.Entry entry : entries) {
            quarantined += entry.info().state() == State.QUARANTINED ? 1 : 0;
            damaged += entry.secret() == null ? 1 : 0;
        }
        return new VaultStatus(
                barrier.sourceName(),
                keyring.primaryTerm(),
                barrier.termSince(),
                entries.size(),
                quarantined,
                damaged,
                keyring.terms().size() > 1,
                classifier.policyVersion());
    }
}

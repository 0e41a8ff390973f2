package dev.tollgate.identity.people;

import dev.tollgate.identity.people.PasskeyTable.Kept;
import dev.tollgate.identity.people.Tickets.Ticket;
import dev.tollgate.kernel.AuditTrail;
import dev.tollgate.kernel.Json;
import dev.tollgate.kernel.store.Store;
import dev.tollgate.kernel.store.WriteSession;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * People's passkeys: discoverable credentials, so that nobody types who they are. Options are the JSON forms of Web
 * Authentication Level 3, for {@code PublicKeyCredential.parseCreationOptionsFromJSON} and its sibling.
 */
public final class Passkeys {
    private static final String SIGN_IN = "passkey sign-in";
    private static final String REGISTRATION = "passkey registration ";
    private static final Duration CHALLENGE_LIFE = Duration.ofMinutes(5);
    private static final int MOST_OF_ONE_PERSON = 20;
    private static final String DEFAULT_NAME = "Passkey";

    private final Store store;
    private final AuditTrail audit;
    private final InstantSource clock;
    private final Tickets tickets;
    private final Supplier<WebAuthn> webAuthn;
    private final Supplier<String> publicUrl;

    Passkeys(
            Store store,
            AuditTrail audit,
            InstantSource clock,
            Tickets tickets,
            Supplier<WebAuthn> webAuthn,
            Supplier<String> publicUrl) {
        this.store = store;
        this.audit = audit;
        this.clock = clock;
        this.tickets = tickets;
        this.webAuthn = webAuthn;
        this.publicUrl = publicUrl;
    }

    /** What a browser needs to sign in; empty if it could not at this gate's public address. Costs next to nothing. */
    public Optional<String> signInOptions() {
        return RelyingParty.of(publicUrl.get()).map(party -> {
            ObjectNode options = Json.MAPPER.createObjectNode();
            options.put("challenge", tickets.issue(SIGN_IN, "", CHALLENGE_LIFE));
            options.put("rpId", party.id());
            options.put("timeout", CHALLENGE_LIFE.toMillis());
            options.put("userVerification", "required");
            options.putArray("allowCredentials");
            return Json.MAPPER.writeValueAsString(options);
        });
    }

    /** What a browser needs to make a passkey. Blocking, as what follows. */
    public MethodChange<String> registrationOptions(SignedIn who) {
        if (!who.session().recent(clock.instant())) {
            return new MethodChange.NeedsRecentSignIn<>();
        }
        Optional<RelyingParty> party = RelyingParty.of(publicUrl.get());
        if (party.isEmpty()) {
            return noPasskeysHere();
        }
        Person person = who.person();
        List<Kept> present = store.read(handle -> PasskeyTable.keptOf(handle, person.id()));
        ObjectNode options = Json.MAPPER.createObjectNode();
        options.putObject("rp").put("id", party.get().id()).put("name", "Tollgate");
        options.putObject("user")
                .put("id", Texts.ENCODER.encodeToString(person.id().getBytes(StandardCharsets.UTF_8)))
                .put("name", person.email())
                .put("displayName", person.name());
        options.put("challenge", tickets.issue(REGISTRATION + person.id(), "", CHALLENGE_LIFE));
        ArrayNode algorithms = options.putArray("pubKeyCredParams");
        WebAuthn.ALGORITHMS.forEach(
                algorithm -> algorithms.addObject().put("type", "public-key").put("alg", algorithm));
        options.put("timeout", CHALLENGE_LIFE.toMillis());
        ArrayNode exclude = options.putArray("excludeCredentials");
        present.forEach(passkey -> describe(passkey, exclude.addObject()));
        options.putObject("authenticatorSelection")
                .put("residentKey", "required")
                .put("requireResidentKey", true)
                .put("userVerification", "required");
        options.put("attestation", "none");
        return new MethodChange.Done<>(Json.MAPPER.writeValueAsString(options));
    }

    private static void describe(Kept passkey, ObjectNode into) {
        into.put("type", "public-key").put("id", passkey.info().id());
        ArrayNode transports = into.putArray("transports");
        Texts.split(passkey.transports()).forEach(transports::add);
    }

    private static <T> MethodChange<T> noPasskeysHere() {
        return new MethodChange.Invalid<>(
                "At this address browsers have no passkeys.", "Open the gate by its name, with https.");
    }

    private static <T> MethodChange<T> notTaken() {
        return new MethodChange.Invalid<>("This passkey was not accepted.", "Try again, or with another device.");
    }

    /**
     * Keeps a new passkey.
     *
     * @param responseJson what the browser's {@code credential.toJSON()} gave
     * @param name for its person to tell it from others; blank: {@code Passkey}
     */
    public MethodChange<PasskeyInfo> register(SignedIn who, String responseJson, String name) {
        if (!who.session().recent(clock.instant())) {
            return new MethodChange.NeedsRecentSignIn<>();
        }
        Optional<RelyingParty> party = RelyingParty.of(publicUrl.get());
        if (party.isEmpty()) {
            return noPasskeysHere();
        }
        WebAuthn.Registration registration = webAuthn.get().readRegistration(responseJson);
        if (registration == null) {
            return notTaken();
        }
        String personId = who.person().id();
        Optional<Ticket> ticket = tickets.open(REGISTRATION + personId, registration.challenge());
        if (ticket.isEmpty()) {
            return new MethodChange.Invalid<>("This took too long.", "Try again.");
        }
        WebAuthn.Credential credential = webAuthn.get().verify(registration, party.get());
        if (credential == null) {
            return notTaken();
        }
        Instant now = now();
        PasskeyInfo info = new PasskeyInfo(
                credential.id(), Texts.name(name).orElse(DEFAULT_NAME), credential.backupAble(), now, null, null);
        Kept passkey = new Kept(info, personId, credential.data(), credential.transports(), credential.signCount());
        return store.write(tx -> keep(tx, who, passkey, ticket.get()));
    }

    private MethodChange<PasskeyInfo> keep(WriteSession tx, SignedIn who, Kept passkey, Ticket ticket) {
        String personId = passkey.personId();
        if (PersonTable.lockedBy(tx.handle(), who).isEmpty()) {
            return new MethodChange.NeedsRecentSignIn<>();
        }
        if (PasskeyTable.of(tx.handle(), personId).size() >= MOST_OF_ONE_PERSON) {
            return new MethodChange.Invalid<>("You have " + MOST_OF_ONE_PERSON + " passkeys.", "Remove one first.");
        }
        if (!tickets.spend(tx, ticket) || !PasskeyTable.insert(tx.handle(), passkey)) {
            return notTaken();
        }
        record(tx, personId, "passkey.added", passkey.info());
        return new MethodChange.Done<>(passkey.info());
    }

    /** Gives a passkey another name. */
    public MethodChange<PasskeyInfo> rename(SignedIn who, String id, String name) {
        Optional<String> shown = Texts.name(name);
        if (shown.isEmpty()) {
            return new MethodChange.Invalid<>("A passkey needs a name.", "Type one.");
        }
        return store.write(tx -> {
            Optional<Kept> passkey = own(tx, who, id);
            if (passkey.isEmpty()) {
                return noSuchPasskey();
            }
            PasskeyTable.rename(tx.handle(), id, shown.get());
            PasskeyInfo info = PasskeyTable.find(tx.handle(), id).orElseThrow().info();
            record(tx, who.person().id(), "passkey.renamed", info);
            return new MethodChange.Done<>(info);
        });
    }

    /** Takes a passkey away; not the last way to sign in. */
    public MethodChange<PasskeyInfo> remove(SignedIn who, String id) {
        if (!who.session().recent(clock.instant())) {
            return new MethodChange.NeedsRecentSignIn<>();
        }
        String personId = who.person().id();
        return store.write(tx -> {
            if (PersonTable.lockedBy(tx.handle(), who).isEmpty()) {
                return new MethodChange.NeedsRecentSignIn<>();
            }
            Optional<Kept> passkey = own(tx, who, id);
            if (passkey.isEmpty()) {
                return noSuchPasskey();
            }
            if (MethodTable.of(tx.handle(), personId).count() == 1) {
                return new MethodChange.LastMethod<>();
            }
            PasskeyTable.delete(tx.handle(), id);
            record(tx, personId, "passkey.removed", passkey.get().info());
            return new MethodChange.Done<>(passkey.get().info());
        });
    }

    private static Optional<Kept> own(WriteSession tx, SignedIn who, String id) {
        return PasskeyTable.find(tx.handle(), id)
                .filter(passkey -> passkey.personId().equals(who.person().id()));
    }

    private static <T> MethodChange<T> noSuchPasskey() {
        return new MethodChange.Invalid<>("You have no such passkey.", "It may have been removed meanwhile.");
    }

    private void record(WriteSession tx, String personId, String action, PasskeyInfo passkey) {
        audit.record(tx, personId, action, personId, Texts.details("passkey", passkey.id(), "name", passkey.name()));
    }

    /** Judges the answer to {@link #signInOptions}, and begins a session if it holds. */
    SignIn signIn(String responseJson, SignInFinish finish, Visitor visitor) {
        Optional<RelyingParty> party = RelyingParty.of(publicUrl.get());
        WebAuthn.Assertion assertion = party.isEmpty() ? null : webAuthn.get().readAssertion(responseJson);
        if (party.isEmpty() || assertion == null) {
            return new SignIn.Refused();
        }
        Optional<Ticket> ticket = tickets.open(SIGN_IN, assertion.challenge());
        if (ticket.isEmpty()) {
            return new SignIn.Expired();
        }
        Optional<Kept> known = store.read(handle -> PasskeyTable.find(handle, assertion.credentialId()))
                .filter(passkey -> passkey.personId().equals(assertion.userHandle()));
        if (known.isEmpty()) {
            return new SignIn.Refused();
        }
        Kept passkey = known.get();
        return switch (webAuthn.get().verify(assertion, passkey, party.get())) {
            case WebAuthn.Proof.Fails fails -> new SignIn.Refused();
            case WebAuthn.Proof.Cloned cloned -> cloned(passkey);
            case WebAuthn.Proof.Holds holds ->
                finish.finish(passkey.personId(), SignInWay.PASSKEY, visitor, tx -> {
                    if (!tickets.spend(tx, ticket.get())) {
                        return Optional.of(new SignIn.Expired());
                    }
                    return PasskeyTable.used(tx.handle(), passkey, holds.signCount(), clock.millis())
                            ? Optional.empty()
                            : Optional.of(new SignIn.Refused());
                });
        };
    }

    private SignIn cloned(Kept passkey) {
        return store.write(tx -> {
            PasskeyTable.cloned(tx.handle(), passkey.info().id(), clock.millis());
            record(tx, passkey.personId(), "passkey.counter_went_back", passkey.info());
            return new SignIn.Refused();
        });
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}

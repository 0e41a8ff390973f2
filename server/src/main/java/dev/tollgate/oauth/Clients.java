package dev.tollgate.oauth;

import com.nimbusds.oauth2.sdk.GrantType;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.client.ClientMetadata;
import com.nimbusds.oauth2.sdk.util.JSONObjectUtils;
import dev.tollgate.identity.AppGrants;
import dev.tollgate.kernel.AuditTrail;
import dev.tollgate.kernel.Ids;
import dev.tollgate.kernel.Refusal;
import dev.tollgate.kernel.store.Store;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/** All OAuth clients: our own, those that an administrator made, those that registered themselves, those that are a document. */
public final class Clients {
    /** Claude Code, which names itself neither in the device request nor at the token endpoint. */
    public static final String CLAUDE_CODE = "claude-code";
    /** Our command line. */
    public static final String CLI = "tollgate-cli";

    /** What ids that are kept look like: PostgreSQL refuses a query for U+0000. */
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,100}");

    static final String DEFAULT_ACCOUNT = "default";
    /** Among the metadata, of clients that administrators made. */
    private static final String ACCOUNT = "account";

    private static final int MOST_STRANGERS = 5_000;
    private static final Duration UNUSED = Duration.ofDays(1);
    private static final Duration AFTER_USE = Duration.ofDays(90);

    /**
     * A client that has just been made.
     *
     * @param secret in the clear, this once; empty: it has none
     * @param createdAtMillis when
     */
    public record NewClient(Client client, ClientMetadata metadata, String secret, long createdAtMillis) {
        @Override
        public String toString() {
            return "NewClient[" + client.id() + "]";
        }
    }

    /** A client, and when it was made. */
    record Kept(Client client, long createdAtMillis) {}

    /** Apart, so that the libraries of OAuth are not loaded at start-up. */
    private static final class BuiltIn {
        static final List<Client> ALL = List.of(
                of(
                        CLAUDE_CODE,
                        "Claude Code",
                        List.of(),
                        Set.of(GrantType.DEVICE_CODE, GrantType.REFRESH_TOKEN),
                        // It asks for nothing; whoever asks for more in its name is another.
                        Scopes.DEFAULT),
                of(
                        CLI,
                        "Tollgate CLI",
                        List.of("http://127.0.0.1/callback", "http://[::1]/callback"),
                        Set.of(GrantType.AUTHORIZATION_CODE, GrantType.DEVICE_CODE, GrantType.REFRESH_TOKEN),
                        List.of()));

        private static Client of(
                String id, String name, List<String> redirects, Set<GrantType> grantTypes, List<String> scopes) {
            return new Client(
                    id, Client.Kind.BUILT_IN, name, redirects, grantTypes, Client.NONE, "", null, false, scopes, "");
        }
    }

    private final Store store;
    private final AuditTrail audit;
    private final InstantSource clock;
    private final ClientDocuments documents;
    private final ClientKeySets keySets;
    private final BlockedClients blocked;
    private final ClientOrigins origins;

    Clients(Store store, AuditTrail audit, InstantSource clock, DocumentFetch fetch) {
        this.store = store;
        this.audit = audit;
        this.clock = clock;
        // Apart: an unknown client_id is enough to have a document fetched, and must not use up the room of keys.
        this.documents = new ClientDocuments(fetch, new FetchLimits(TimeMeter.SYSTEM_NANOTIME), clock);
        this.keySets = new ClientKeySets(fetch, new FetchLimits(TimeMeter.SYSTEM_NANOTIME), clock);
        this.blocked = new BlockedClients(store, audit, clock);
        this.origins = new ClientOrigins(store, clock);
    }

    ClientOrigins origins() {
        return origins;
    }

    /** The keys of those that say where theirs are. */
    ClientKeySets keySets() {
        return keySets;
    }

    /** Those that are a document and are turned out. */
    BlockedClients blocked() {
        return blocked;
    }

    /** The client of that id. Blocking; where the id is an address, it may be fetched. */
    public Optional<Client> find(String id) {
        return find(id, this::document);
    }

    /** The same without asking anybody else: where the id is an address, only as it is known from before. Blocking. */
    Optional<Client> known(String id) {
        return find(id, address -> blocked.contains(address) ? Optional.empty() : documents.known(address));
    }

    private Optional<Client> find(String id, Function<String, Optional<Client>> described) {
        for (Client each : BuiltIn.ALL) {
            if (each.id().equals(id)) {
                return Optional.of(each);
            }
        }
        if (id.startsWith("https:")) {
            return described.apply(id);
        }
        if (!ID.matcher(id).matches()) {
            return Optional.empty();
        }
        return store.read(handle -> ClientTable.byId(handle, id, clock.millis()))
                .map(Clients::client);
    }

    /** One that is blocked is not asked for, either. */
    private Optional<Client> document(String id) {
        if (blocked.contains(id)) {
            return Optional.empty();
        }
        Optional<Client> found = documents.find(id);
        found.ifPresent(origins::fetched);
        return found;
    }

    /** Those that administrators made, the oldest first. Blocking. */
    List<Kept> vouchedFor() {
        return store.read(ClientTable::vouchedFor).stream()
                .map(row -> new Kept(client(row), row.createdAt()))
                .toList();
    }

    /** Those that no administrator made and that people have allowed something, by their ids. Blocking. */
    List<AppGrants.UnvouchedApp> unvouched() {
        return store.read(handle -> ClientTable.unvouched(handle, clock.millis(), Clients::origin));
    }

    private static AppGrants.Origin origin(String id) {
        if (BuiltIn.ALL.stream().anyMatch(each -> each.id().equals(id))) {
            return AppGrants.Origin.BUILT_IN;
        }
        return id.startsWith("https:") ? AppGrants.Origin.DOCUMENT : AppGrants.Origin.REGISTERED;
    }

    private static Client client(ClientTable.Row row) {
        ClientMetadata metadata = metadata(row);
        boolean known = row.kind().equals("static");
        return ClientMetadataReader.read(
                row.id(),
                known ? Client.Kind.STATIC : Client.Kind.DYNAMIC,
                metadata,
                row.secretHash(),
                known ? ClientMetadataReader.ALL : ClientMetadataReader.OF_STRANGERS,
                known ? account(metadata) : DEFAULT_ACCOUNT);
    }

    private static ClientMetadata metadata(ClientTable.Row row) {
        try {
            return ClientMetadata.parse(JSONObjectUtils.parse(row.metadata()));
        } catch (ParseException e) {
            throw new IllegalStateException("the metadata of client " + row.id() + " is no JSON of RFC 7591", e);
        }
    }

    private static String account(ClientMetadata metadata) {
        return metadata.getCustomField(ACCOUNT) instanceof String account ? account : DEFAULT_ACCOUNT;
    }

    /**
     * Lets a stranger in, who is forgotten after a day unless a person allows it something.
     *
     * @throws OAuthRefusal in the form of RFC 7591 section 3.2.2
     */
    NewClient register(ClientMetadata asked) {
        NewClient made = make("app_", Client.Kind.DYNAMIC, asked, DEFAULT_ACCOUNT);
        long expires = made.createdAtMillis + UNUSED.toMillis();
        store.write(tx -> {
            ClientTable.makeRoom(tx.handle(), MOST_STRANGERS);
            ClientTable.insert(tx.handle(), row(made, "dynamic"), expires);
            return made;
        });
        origins.registered();
        return made;
    }

    /**
     * Makes a client that an administrator vouches for.
     *
     * @param account who pays for what it does in its own name
     * @throws Refusal if its metadata is not well formed
     */
    public NewClient create(ClientMetadata asked, String account, String actor) {
        asked.setCustomField(ACCOUNT, account);
        NewClient made = vouched(() -> make("client_", Client.Kind.STATIC, asked, account));
        store.write(tx -> {
            ClientTable.insert(tx.handle(), row(made, "static"), 0);
            audit.record(tx, actor, "client.created", made.client.id(), made.client.name());
            return made;
        });
        origins.registered();
        return made;
    }

    /**
     * Changes a client that an administrator vouches for. A secret is made where one is needed that it has not, and goes where
     * none is needed any more.
     *
     * @param change what is to become of its metadata; throws a {@link Refusal} if that cannot be
     * @throws Refusal if there is none, if it would not be well formed, or somebody else has changed it meanwhile
     */
    NewClient change(String id, UnaryOperator<ClientMetadata> change, String actor) {
        ClientTable.Row before = Optional.of(id)
                .filter(text -> ID.matcher(text).matches())
                .flatMap(text -> store.read(handle -> ClientTable.vouchedFor(handle, text)))
                .orElseThrow(() -> Refusal.notFound("There is no such app.", "List them: tollgate app list"));
        ClientMetadata wanted = change.apply(metadata(before));
        boolean needs = ClientMetadataWriter.needsSecret(wanted);
        String secret = needs && before.secretHash().isEmpty() ? Secrets.fresh(Secrets.CLIENT) : "";
        String kept = needs ? before.secretHash() : "";
        String hash = secret.isEmpty() ? kept : Secrets.hash(secret);
        NewClient changed = vouched(() -> new NewClient(
                ClientMetadataWriter.settle(id, Client.Kind.STATIC, wanted, hash, account(wanted)),
                wanted,
                secret,
                before.createdAt()));
        ClientTable.Row after = row(changed, before.kind());
        String names = ClientMetadataWriter.difference(before.metadata(), after.metadata());
        if (names.isEmpty()) {
            return changed;
        }
        store.write(tx -> {
            if (!ClientTable.update(tx.handle(), before, after)) {
                throw Refusal.conflict("Somebody else has changed this app meanwhile.", "Look at it, and try again.");
            }
            audit.record(tx, actor, "client.changed", id, GrantDetails.of("changed", names));
            return changed;
        });
        origins.registered();
        return changed;
    }

    private static NewClient vouched(Supplier<NewClient> made) {
        try {
            return made.get();
        } catch (OAuthRefusal e) {
            throw Refusal.invalid(String.valueOf(e.error().getDescription()), "Correct the client's metadata.");
        }
    }

    private NewClient make(String prefix, Client.Kind kind, ClientMetadata asked, String account) {
        String secret = ClientMetadataWriter.needsSecret(asked) ? Secrets.fresh(Secrets.CLIENT) : "";
        String hash = secret.isEmpty() ? "" : Secrets.hash(secret);
        Client client = ClientMetadataWriter.settle(prefix + Ids.secret(22), kind, asked, hash, account);
        return new NewClient(client, asked, secret, clock.millis());
    }

    private static ClientTable.Row row(NewClient made, String kind) {
        return new ClientTable.Row(
                made.client.id(),
                kind,
                ClientMetadataWriter.text(made.metadata),
                made.client.secretHash(),
                made.createdAtMillis,
                0);
    }

    /** Notes that a person has signed in with it: it stays for as long as people do. */
    public void consented(Client client) {
        if (client.kind() == Client.Kind.DYNAMIC) {
            long now = clock.millis();
            store.write(tx -> {
                ClientTable.used(tx.handle(), client.id(), now, now + AFTER_USE.toMillis());
                return client;
            });
        }
    }

    /**
     * Forgets a client; its grants are the caller's to revoke.
     *
     * @throws Refusal if there is none of that id
     */
    public void delete(String id, String actor) {
        store.write(tx -> {
            if (!ID.matcher(id).matches() || !ClientTable.delete(tx.handle(), id)) {
                throw Refusal.notFound("There is no such client.", "");
            }
            audit.record(tx, actor, "client.deleted", id, "");
            return id;
        });
    }
}

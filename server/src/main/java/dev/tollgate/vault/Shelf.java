package dev.tollgate.vault;

import dev.tollgate.vault.CredentialInfo.State;
import dev.tollgate.vault.open.SealedSecret;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * All credentials in memory, still encrypted, for the request path: reading takes no lock. One thread at a time
 * changes it (whoever holds the vault's lock), and only after the store has.
 */
final class Shelf {
    /** A credential; without a secret if its stored row is damaged. */
    record Entry(CredentialInfo info, @Nullable SealedSecret secret) {
        boolean usable() {
            return secret != null && info.state() == State.ACTIVE;
        }
    }

    private static final Comparator<CredentialInfo> OLDEST_FIRST = Comparator.comparing(CredentialInfo::id);

    private final Map<String, Entry> byId = new ConcurrentHashMap<>();
    private final Map<String, String> idByName = new ConcurrentHashMap<>();
    /** Immutable lists, replaced whole: a reader keeps what it got. */
    private final Map<String, List<CredentialInfo>> usableByProvider = new ConcurrentHashMap<>();

    private volatile long narrowestContext;

    Shelf(List<Entry> entries) {
        Map<String, List<CredentialInfo>> usable = new HashMap<>();
        for (Entry entry : entries) {
            byId.put(entry.info.id(), entry);
            idByName.put(entry.info.name(), entry.info.id());
            if (entry.usable()) {
                usable.computeIfAbsent(entry.info.provider(), provider -> new ArrayList<>())
                        .add(entry.info);
            }
        }
        usable.forEach((provider, infos) -> {
            infos.sort(OLDEST_FIRST);
            usableByProvider.put(provider, List.copyOf(infos));
        });
        measure();
    }

    void put(Entry entry) {
        byId.put(entry.info.id(), entry);
        idByName.put(entry.info.name(), entry.info.id());
        replaceUsable(entry.info, entry.usable());
    }

    void remove(CredentialInfo info) {
        replaceUsable(info, false);
        byId.remove(info.id());
        idByName.remove(info.name());
    }

    private void replaceUsable(CredentialInfo info, boolean usable) {
        List<CredentialInfo> infos = new ArrayList<>(usable(info.provider()));
        infos.removeIf(other -> other.id().equals(info.id()));
        if (usable) {
            infos.add(info);
            infos.sort(OLDEST_FIRST);
        }
        usableByProvider.put(info.provider(), List.copyOf(infos));
        measure();
    }

    private void measure() {
        narrowestContext = usableByProvider.values().stream()
                .flatMap(List::stream)
                .mapToLong(CredentialInfo::maxContextTokens)
                .filter(tokens -> tokens > 0)
                .min()
                .orElse(0);
    }

    /** The narrowest context that a usable one is limited to, in tokens; 0 if none is. */
    long narrowestContext() {
        return narrowestContext;
    }

    List<CredentialInfo> usable(String provider) {
        return usableByProvider.getOrDefault(provider, List.of());
    }

    Optional<Entry> byId(String id) {
        return Optional.ofNullable(byId.get(id));
    }

    Optional<Entry> byName(String name) {
        return Optional.ofNullable(idByName.get(name)).flatMap(this::byId);
    }

    @Nullable
    SealedSecret secret(String id) {
        Entry entry = byId.get(id);
        return entry == null ? null : entry.secret;
    }

    List<Entry> all() {
        return List.copyOf(byId.values());
    }
}

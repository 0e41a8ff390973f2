package dev.tollgate.ledger;

import dev.tollgate.kernel.Notice;
import dev.tollgate.kernel.store.WriteSession;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Which apps and features each key has named. Callers choose these labels freely; a key that names more than {@link #MOST} of a
 * kind, by mistake or to use up the accounts that all keys share ({@link LabelAccounts}), has the rest counted as
 * {@code (other)}. Only the store's writer uses it.
 */
final class KeyLabels {
    static final int MOST = 64;

    /** Some 10 MB where every key has a label or two; beyond it all are read anew, key by key. */
    private static final int MOST_KEYS = 32_768;

    private static final String FIND = "SELECT label FROM key_label WHERE key_id = ? AND kind = ?";
    private static final String ADD =
            "INSERT INTO key_label (key_id, kind, label) VALUES (?, ?, ?) ON CONFLICT (key_id, kind, label) DO NOTHING";

    private enum Kind {
        APP("app"),
        FEATURE("feature");

        private final String wireName;

        Kind(String wireName) {
            this.wireName = wireName;
        }
    }

    private record Key(String keyId, Kind kind) {}

    private final Consumer<Notice> notices;
    /** What the store was seen to hold, or told to. A group that failed may leave some too many here: nobody is hurt. */
    private final Map<Key, Set<String>> known = new HashMap<>();

    private final Set<Key> told = new HashSet<>();

    KeyLabels(Consumer<Notice> notices) {
        this.notices = notices;
    }

    /** The call as it is to be counted: nearly always itself. */
    CallRecord bounded(WriteSession tx, CallRecord call) throws SQLException {
        CallStart start = call.start();
        Payer payer = start.payer();
        ClientInfo client = start.client();
        String feature = bounded(tx, call, Kind.FEATURE, payer.feature());
        String app = bounded(tx, call, Kind.APP, client.app());
        if (Objects.equals(feature, payer.feature()) && Objects.equals(app, client.app())) {
            return call;
        }
        CallStart counted = new CallStart(
                start.requestId(),
                start.atMillis(),
                new Payer(payer.keyId(), payer.keyName(), payer.account(), feature, payer.member()),
                start.dialect(),
                start.operation(),
                start.requestedModel(),
                start.alias(),
                start.stream(),
                new ClientInfo(client.userAgent(), app, client.sessionId()));
        return new CallRecord(counted, call.end(), call.reservedNanoUsd());
    }

    private @Nullable String bounded(WriteSession tx, CallRecord call, Kind kind, @Nullable String label)
            throws SQLException {
        if (label == null || label.isEmpty()) {
            return label;
        }
        Key key = new Key(call.start().payer().keyId(), kind);
        Set<String> labels = known.get(key);
        if (labels == null) {
            labels = read(tx, key);
        }
        if (labels.contains(label)) {
            return label;
        }
        if (labels.size() >= MOST) {
            tell(call, key);
            return LabelAccounts.OTHER;
        }
        PreparedStatement add = tx.statement(ADD);
        add.setString(1, key.keyId());
        add.setString(2, kind.wireName);
        add.setString(3, label);
        add.executeUpdate();
        labels.add(label);
        return label;
    }

    private Set<String> read(WriteSession tx, Key key) throws SQLException {
        if (known.size() >= MOST_KEYS) {
            known.clear();
        }
        Set<String> labels = new HashSet<>();
        PreparedStatement find = tx.statement(FIND);
        find.setString(1, key.keyId());
        find.setString(2, key.kind().wireName);
        try (ResultSet rows = find.executeQuery()) {
            while (rows.next()) {
                labels.add(rows.getString(1));
            }
        }
        known.put(key, labels);
        return labels;
    }

    /** Once for each key and kind in the life of this process. */
    private void tell(CallRecord call, Key key) {
        if (told.size() < MOST_KEYS && told.add(key)) {
            String kind = key.kind().wireName;
            notices.accept(new Notice(
                    Instant.ofEpochMilli(call.end().endedAtMillis()),
                    "labels.exhausted",
                    call.start().payer().keyName(),
                    "The key " + call.start().payer().keyName() + " has named more than " + MOST + " " + kind
                            + "s; further ones are counted as " + LabelAccounts.OTHER + ".",
                    "Label calls by what they are for, not by user or request; see tollgate usage --by " + kind + "."));
        }
    }
}

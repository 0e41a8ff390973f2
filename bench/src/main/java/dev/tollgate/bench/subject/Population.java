package dev.tollgate.bench.subject;

import dev.tollgate.kernel.Ids;
import dev.tollgate.kernel.store.DatabaseUrl;
import dev.tollgate.kernel.store.Store;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * Virtual keys and budgets in numbers that nobody would set up call by call: rows as the gate itself would have written them, put into
 * its store while it does not run. The audit trail is left out.
 */
public final class Population {
    private static final long SEED = 20_261_123L;
    private static final int PAGE = 20_000;
    private static final int ID_LENGTH = 10;
    private static final int SECRET_LENGTH = 32;
    private static final int SALT_BYTES = 16;
    private static final String DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    /** Far more than a run can spend of one budget. */
    private static final long LIMIT_NANO_USD = 1_000_000_000_000L;

    /** None of them ends while a run lasts, but at midnight. */
    private static final List<String> WINDOWS = List.of("day", "week", "month", "lifetime");

    private static final String INSERT_KEY =
            "INSERT INTO virtual_key (id, name, held_name, account, model_globs, strict, salt, hash, created_at)"
                    + " VALUES (?, ?, ?, 'default', '', 0, ?, ?, ?)";

    private static final String INSERT_BUDGET =
            "INSERT INTO budget (id, key_id, key_name, limit_nano_usd, spend_window,"
                    + " time_zone, thresholds, unpriced, created_at) VALUES (?, ?, ?, ?, ?, 'UTC', '70 90 100', 0, ?)";

    private final SplittableRandom random = new SplittableRandom(SEED);
    private final long now = System.currentTimeMillis();
    private final MessageDigest sha256;
    private final String[] ids;
    private final int budgets;

    private Population(int keys, int budgets) {
        if (budgets < 1 || budgets > keys) {
            throw new IllegalArgumentException("each budget is on a key of its own");
        }
        this.budgets = budgets;
        // In order: a table that is filled from one end to the other is filled quickly.
        this.ids = Stream.generate(() -> text(ID_LENGTH)).limit(keys).sorted().toArray(String[]::new);
        try {
            this.sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /**
     * Fills the store of a gate that has been started once and does not run now.
     *
     * @param budgets as many of the keys, evenly spread, have one each; not more than keys
     * @return the whole texts of the keys with a budget
     */
    public static List<String> settle(GateUnderTest gate, int keys, int budgets) {
        return settle(gate.home(), keys, budgets);
    }

    static List<String> settle(Path home, int keys, int budgets) {
        var population = new Population(keys, budgets);
        var holders = new ArrayList<String>();
        try (Store store = Store.open(new DatabaseUrl.Sqlite(home.resolve("tollgate.db")))) {
            for (int from = 0; from < keys; from += PAGE) {
                int first = from;
                int end = Math.min(keys, from + PAGE);
                holders.addAll(store.write(
                        tx -> population.insert(tx.batch(INSERT_KEY), tx.batch(INSERT_BUDGET), first, end)));
            }
        }
        return holders;
    }

    /** Returns the texts of the keys with a budget among these. */
    private List<String> insert(PreparedStatement key, PreparedStatement budget, int from, int end)
            throws SQLException {
        var holders = new ArrayList<String>();
        for (int i = from; i < end; i++) {
            String name = "bench-%07d".formatted(i);
            String secret = text(SECRET_LENGTH);
            insertKey(key, ids[i], name, secret);
            if (isHolder(i)) {
                insertBudget(budget, ids[i], name);
                holders.add("tg_" + ids[i] + "_" + secret);
            }
        }
        return holders;
    }

    /** Whether the count of budgets rises with this key, if it rises evenly from none to all. */
    private boolean isHolder(int key) {
        return (long) (key + 1) * budgets / ids.length > (long) key * budgets / ids.length;
    }

    private void insertKey(PreparedStatement row, String id, String name, String secret) throws SQLException {
        byte[] salt = new byte[SALT_BYTES];
        for (int i = 0; i < SALT_BYTES; i++) {
            salt[i] = (byte) random.nextInt();
        }
        sha256.update(salt);
        byte[] hash = sha256.digest(secret.getBytes(StandardCharsets.US_ASCII));
        row.setString(1, id);
        row.setString(2, name);
        row.setString(3, name);
        row.setString(4, BASE64.encodeToString(salt));
        row.setString(5, BASE64.encodeToString(hash));
        row.setLong(6, now);
        row.addBatch();
    }

    private void insertBudget(PreparedStatement row, String keyId, String keyName) throws SQLException {
        row.setString(1, Ids.sortable("bud", now));
        row.setString(2, keyId);
        row.setString(3, keyName);
        row.setLong(4, LIMIT_NANO_USD);
        row.setString(5, WINDOWS.get(random.nextInt(WINDOWS.size())));
        row.setLong(6, now);
        row.addBatch();
    }

    private String text(int length) {
        char[] text = new char[length];
        for (int i = 0; i < length; i++) {
            text[i] = DIGITS.charAt(random.nextInt(DIGITS.length()));
        }
        return new String(text);
    }
}

package dev.tollgate.catalog;

import java.time.LocalDate;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** The SQL of discounts. */
final class DiscountTable {
    private DiscountTable() {}

    static List<Discount> read(Handle handle) {
        return handle.createQuery("SELECT id, account, provider, model, millionths, first_day, last_day FROM discount"
                        + " ORDER BY id")
                .map((row, context) -> {
                    String last = row.getString("last_day");
                    return new Discount(
                            row.getString("id"),
                            row.getString("account"),
                            row.getString("provider"),
                            new Glob(row.getString("model")),
                            row.getLong("millionths"),
                            LocalDate.parse(row.getString("first_day")),
                            last == null ? null : LocalDate.parse(last));
                })
                .list();
    }

    static void insert(Handle handle, Discount discount, long nowMillis) {
        LocalDate last = discount.last();
        handle.execute(
                "INSERT INTO discount (id, account, provider, model, millionths, first_day, last_day, changed_at)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                discount.id(),
                discount.account(),
                discount.provider(),
                discount.models().text(),
                discount.millionths(),
                discount.first().toString(),
                last == null ? null : last.toString(),
                nowMillis);
    }

    static void remove(Handle handle, String id) {
        handle.execute("DELETE FROM discount WHERE id = ?", id);
    }
}

package dev.tollgate.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tollgate.kernel.store.Store;
import dev.tollgate.kernel.store.TestDatabase;
import dev.tollgate.ledger.HourlySpend.Sum;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(TestDatabase.class)
@Timeout(120)
class HourlySpendTest {
    @Parameter
    TestDatabase kind = TestDatabase.SQLITE;

    @TempDir
    Path folder = Path.of("");

    @Test
    void callsThatAreAlikeAreOneSumTheDearestFirst() throws SQLException {
        try (Store store = Store.open(kind.fresh(folder))) {
            UsageLedger ledger = new UsageLedger(store);
            store.write(tx -> {
                ledger.insert(tx, Calls.PLAIN.metered("req_1", 5, 10));
                ledger.insert(tx, Calls.PLAIN.metered("req_2", 6, 10));
                ledger.insert(tx, Calls.PLAIN.app("cli").feature("nightly").metered("req_3", 40, 50));
                ledger.insert(tx, Calls.PLAIN.feature("free").metered("req_4", 0, 10));
                return true;
            });
            HourlySpend spend = new HourlySpend(store);
            List<Sum> sums = List.of(
                    new Sum("default", "k1 cli nightly", "ci", "cli", "nightly", 40),
                    new Sum("default", "k1", "ci", "", "", 11));
            assertEquals(sums, spend.between(Calls.NOW, Calls.NOW + 1));
            assertEquals(List.of(), spend.between(Calls.NOW - 1, Calls.NOW));
            assertEquals(List.of(), spend.between(Calls.NOW + 1, Calls.NOW + 2));
        }
    }
}

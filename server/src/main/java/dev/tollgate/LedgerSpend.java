package dev.tollgate;

import dev.tollgate.alert.SpendSource;
import dev.tollgate.identity.people.People;
import dev.tollgate.identity.people.Person;
import dev.tollgate.ledger.Payer;
import dev.tollgate.ledger.UsageBy;
import dev.tollgate.ledger.UsageRow;
import dev.tollgate.ledger.UsageSums;
import java.time.Instant;
import java.util.List;

/** The ledger's sums as the room {@code alert} sees them, which imports neither the ledger nor people. */
record LedgerSpend(UsageSums sums, People people) implements SpendSource {
    private static final int MOST = 100_000;
    private static final List<UsageBy> BY = List.of(
            UsageBy.ACCOUNT,
            UsageBy.KEY,
            UsageBy.MEMBER,
            UsageBy.APP,
            UsageBy.FEATURE,
            UsageBy.PROVIDER,
            UsageBy.MODEL);

    @Override
    public List<Spent> between(long fromMillis, long toMillis) {
        return sums.ofCalls(BY, Instant.ofEpochMilli(fromMillis), Instant.ofEpochMilli(toMillis), MOST).stream()
                .map(LedgerSpend::spent)
                .toList();
    }

    private static Spent spent(UsageRow row) {
        String payer = id(row, UsageBy.KEY);
        String payerName = row.names().get(BY.indexOf(UsageBy.KEY));
        String member = id(row, UsageBy.MEMBER);
        boolean grant = Payer.isGrant(payer);
        return new Spent(
                id(row, UsageBy.ACCOUNT),
                member.equals(payerName) ? "" : member, // a name in place of an id: the key stands for nobody
                grant ? "" : payer,
                grant ? payer : "",
                payerName,
                label(row, UsageBy.APP),
                label(row, UsageBy.FEATURE),
                id(row, UsageBy.PROVIDER),
                id(row, UsageBy.MODEL),
                row.costNanoUsd());
    }

    private static String id(UsageRow row, UsageBy by) {
        return row.ids().get(BY.indexOf(by));
    }

    /** What is counted together, because a key has named too many, is nobody. */
    private static String label(UsageRow row, UsageBy by) {
        String label = id(row, by);
        return label.equals(UsageBy.MANY) ? "" : label;
    }

    @Override
    public String emailOf(String memberId) {
        return people.byId(memberId).map(Person::email).orElse(memberId);
    }
}

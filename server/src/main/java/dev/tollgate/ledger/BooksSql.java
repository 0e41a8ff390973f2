package dev.tollgate.ledger;

/** The questions of a verification. Each reads its tables once and leaves the sums to the database. */
final class BooksSql {
    static final String TOTALS = """
            SELECT (SELECT COUNT(*) FROM call) + (SELECT CAST(COALESCE(SUM(calls), 0) AS BIGINT) FROM usage_day), \
            (SELECT COUNT(*) FROM transfer) + (SELECT CAST(COALESCE(SUM(overruns), 0) AS BIGINT) FROM usage_day), COUNT(*), \
            CAST(COALESCE(SUM(debits), 0) AS BIGINT), CAST(COALESCE(SUM(credits), 0) AS BIGINT) FROM ledger_account""";

    /**
     * What moved between whom, from the rows: of a call as much of its cost as its reservation covers, the rest has a
     * transfer. Of calls that were rolled up it is all of their cost: their transfers went with them. What a transfer owes for an
     * attempt is not owed to the provider that served. A label without an account of its own is posted to the common one.
     */
    private static final String FLOWS = """
            WITH flow (debit, credit, app, feature, amount) AS (
                SELECT 'account:' || account, 'provider:' || COALESCE(provider, '(none)'), COALESCE(app, ''),
                       COALESCE(feature, ''), SUM(CASE WHEN cost < reserved THEN cost ELSE reserved END)
                FROM call WHERE cost > 0 AND reserved > 0 GROUP BY 1, 2, 3, 4
                UNION ALL
                SELECT debit, credit, COALESCE(app, ''), COALESCE(feature, ''), SUM(amount)
                FROM transfer GROUP BY 1, 2, 3, 4
                UNION ALL
                SELECT debit, note, COALESCE(app, ''), COALESCE(feature, ''), -SUM(amount)
                FROM transfer WHERE kind = 'attempt' GROUP BY 1, 2, 3, 4
                UNION ALL
                SELECT 'account:' || account, CASE WHEN provider = '' THEN 'provider:(none)' ELSE 'provider:' || provider END,
                       app, feature, SUM(cost)
                FROM usage_day WHERE cost > 0 GROUP BY 1, 2, 3, 4
            ), labelled (name, control, paid, back) AS (
                SELECT COALESCE(a.name, 'app:(other)'), 'apps',
                       CASE WHEN f.debit LIKE 'account:%' THEN f.amount ELSE 0 END,
                       CASE WHEN f.debit LIKE 'account:%' THEN 0 ELSE f.amount END
                FROM flow f LEFT JOIN ledger_account a ON a.name = 'app:' || f.app WHERE f.app <> ''
                UNION ALL
                SELECT COALESCE(a.name, 'feature:(other)'), 'features',
                       CASE WHEN f.debit LIKE 'account:%' THEN f.amount ELSE 0 END,
                       CASE WHEN f.debit LIKE 'account:%' THEN 0 ELSE f.amount END
                FROM flow f LEFT JOIN ledger_account a ON a.name = 'feature:' || f.feature WHERE f.feature <> ''
            ), side (name, debits, credits) AS (
                SELECT debit, amount, 0 FROM flow
                UNION ALL SELECT credit, 0, amount FROM flow
                UNION ALL SELECT name, paid, back FROM labelled
                UNION ALL SELECT control, back, paid FROM labelled
            )
            """;

    /** Accounts whose balance is not what their rows add up to: name, the balance's debits and credits, the rows'. */
    static final String ACCOUNTS = FLOWS + """
            SELECT name, CAST(SUM(held_debits) AS BIGINT), CAST(SUM(held_credits) AS BIGINT),
                   CAST(SUM(debits) AS BIGINT), CAST(SUM(credits) AS BIGINT)
            FROM (SELECT name, debits, credits, 0 AS held_debits, 0 AS held_credits FROM side
                  UNION ALL
                  SELECT name, 0, 0, debits, credits FROM ledger_account) AS compared
            GROUP BY name HAVING SUM(held_debits) <> SUM(debits) OR SUM(held_credits) <> SUM(credits)
            ORDER BY name LIMIT ?""";

    /** Calls whose cost is not their own part and their overrun: id, cost, reservation, overrun. */
    static final String CALLS = """
            SELECT c.request_id, c.cost, c.reserved, COALESCE(t.amount, 0)
            FROM call c LEFT JOIN transfer t ON t.id = c.request_id || ':overrun'
            WHERE (c.cost > c.reserved AND (t.amount IS NULL OR t.amount <> c.cost - c.reserved))
               OR c.cost < 0 OR c.reserved < 0
            ORDER BY c.request_id LIMIT ?""";

    /** Transfers that do not fit their call: id, what is wrong. */
    static final String TRANSFERS = """
            SELECT id, problem FROM (
                SELECT t.id AS id, CASE
                    WHEN t.kind = 'attempt' AND (t.id <> t.request_id || ':attempt:' || t.credit
                            OR t.credit NOT LIKE 'provider:%' OR t.credit = t.note OR t.debit NOT LIKE 'account:%')
                        THEN 'Its accounts are not those of an attempt.'
                    WHEN c.request_id IS NULL AND t.kind = 'attempt' THEN '' -- its call was rolled up
                    WHEN c.request_id IS NULL THEN 'It belongs to no call.'
                    WHEN t.kind <> 'attempt'
                            AND (t.kind NOT IN ('overrun', 'resolution') OR t.id <> t.request_id || ':' || t.kind)
                        THEN 'Its id is not its call''s and its kind''s.'
                    WHEN COALESCE(t.app, '') <> COALESCE(c.app, '') OR COALESCE(t.feature, '') <> COALESCE(c.feature, '')
                        THEN 'Its app or feature is not its call''s.'
                    WHEN t.kind = 'attempt' AND t.debit = 'account:' || c.account
                            AND t.note = 'provider:' || COALESCE(c.provider, '(none)')
                        THEN CASE WHEN t.amount > c.cost THEN 'It is more than its call was billed.' ELSE '' END
                    WHEN t.debit = 'account:' || c.account AND t.credit = 'provider:' || COALESCE(c.provider, '(none)')
                        THEN CASE
                            WHEN t.kind = 'overrun' AND c.cost <= c.reserved
                                THEN 'Its call did not cost more than its reservation.'
                            WHEN t.kind = 'resolution' AND c.state <> 'unreconciled'
                                THEN 'Its call had nothing to resolve.'
                            ELSE '' END
                    WHEN t.kind = 'resolution' AND t.credit = 'account:' || c.account
                            AND t.debit = 'provider:' || COALESCE(c.provider, '(none)')
                        THEN CASE
                            WHEN c.state <> 'unreconciled' THEN 'Its call had nothing to resolve.'
                            WHEN t.amount > c.cost THEN 'It gives back more than its call was billed.'
                            ELSE '' END
                    ELSE 'Its accounts are not its call''s.' END AS problem
                FROM transfer t LEFT JOIN call c ON c.request_id = t.request_id) AS judged
            WHERE problem <> '' ORDER BY id LIMIT ?""";

    private BooksSql() {}
}

-- What moves between accounts beside the rows of calls. A call's own row is its transfer: from the account that pays to the
-- provider, as much of its cost as its reservation covers.
CREATE TABLE transfer (
    id         TEXT   NOT NULL PRIMARY KEY, -- request id, colon, kind: of each kind one for a call
    request_id TEXT   NOT NULL,
    at         BIGINT NOT NULL,
    kind       TEXT   NOT NULL, -- overrun: beyond the reservation; resolution: what an unreconciled call came to after all
    debit      TEXT   NOT NULL,
    credit     TEXT   NOT NULL,
    app        TEXT,            -- this and the next: the call's
    feature    TEXT,
    amount     BIGINT NOT NULL CHECK (amount > 0 OR (amount = 0 AND kind = 'resolution')),
    note       TEXT
);

-- What the rows of calls and transfers add up to, account by account. Debits and credits are equal over all accounts; apps
-- and features stand against the accounts of each app and each feature, so that their books balance on their own.
CREATE TABLE ledger_account (
    name    TEXT   NOT NULL PRIMARY KEY, -- account:NAME, provider:NAME, app:NAME, feature:NAME, apps, features
    debits  BIGINT NOT NULL CHECK (debits >= 0),
    credits BIGINT NOT NULL CHECK (credits >= 0)
);

-- Costs the other calls nothing: they have no entry in it.
CREATE INDEX call_unreconciled ON call (request_id) WHERE state = 'unreconciled';

INSERT INTO transfer (id, request_id, at, kind, debit, credit, app, feature, amount)
SELECT request_id || ':overrun', request_id, ended_at, 'overrun', 'account:' || account,
       'provider:' || COALESCE(provider, '(none)'), app, feature, cost - reserved
FROM call WHERE cost > reserved;

INSERT INTO ledger_account (name, debits, credits)
SELECT 'account:' || account, CAST(SUM(cost) AS BIGINT), 0 FROM call WHERE cost > 0 GROUP BY account;

INSERT INTO ledger_account (name, debits, credits)
SELECT 'provider:' || COALESCE(provider, '(none)'), 0, CAST(SUM(cost) AS BIGINT) FROM call WHERE cost > 0
GROUP BY COALESCE(provider, '(none)');

-- 1000: LabelAccounts.MOST. The dearest have an account of their own, the rest one in common.
INSERT INTO ledger_account (name, debits, credits)
SELECT 'app:' || app, CAST(SUM(cost) AS BIGINT), 0 FROM call WHERE cost > 0 AND app <> ''
GROUP BY app ORDER BY SUM(cost) DESC, app LIMIT 1000;

INSERT INTO ledger_account (name, debits, credits)
SELECT name, CAST(SUM(cost) AS BIGINT), 0
FROM (SELECT 'app:(other)' AS name, cost FROM call
      WHERE cost > 0 AND app <> '' AND 'app:' || app NOT IN (SELECT name FROM ledger_account)) AS rest
WHERE cost > 0 GROUP BY name
ON CONFLICT (name) DO UPDATE SET debits = ledger_account.debits + excluded.debits;

INSERT INTO ledger_account (name, debits, credits)
SELECT 'apps', 0, COALESCE(CAST(SUM(debits) AS BIGINT), 0) FROM ledger_account WHERE name LIKE 'app:%';

INSERT INTO ledger_account (name, debits, credits)
SELECT 'feature:' || feature, CAST(SUM(cost) AS BIGINT), 0 FROM call WHERE cost > 0 AND feature <> ''
GROUP BY feature ORDER BY SUM(cost) DESC, feature LIMIT 1000;

INSERT INTO ledger_account (name, debits, credits)
SELECT name, CAST(SUM(cost) AS BIGINT), 0
FROM (SELECT 'feature:(other)' AS name, cost FROM call
      WHERE cost > 0 AND feature <> '' AND 'feature:' || feature NOT IN (SELECT name FROM ledger_account)) AS rest
WHERE cost > 0 GROUP BY name
ON CONFLICT (name) DO UPDATE SET debits = ledger_account.debits + excluded.debits;

INSERT INTO ledger_account (name, debits, credits)
SELECT 'features', 0, COALESCE(CAST(SUM(debits) AS BIGINT), 0) FROM ledger_account WHERE name LIKE 'feature:%';

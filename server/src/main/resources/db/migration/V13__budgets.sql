-- Limits on spending. Amounts are nano-US-dollars, instants epoch milliseconds.
CREATE TABLE budget (
    id             TEXT   NOT NULL PRIMARY KEY,
    account        TEXT,            -- this and the next six: the scope; null covers all
    app            TEXT,
    feature        TEXT,
    key_id         TEXT,
    key_name       TEXT   NOT NULL, -- for people; empty where the scope has no key
    provider       TEXT,
    model          TEXT,
    limit_nano_usd BIGINT NOT NULL,
    spend_window   TEXT   NOT NULL, -- request, minute, hour, day, week, month, lifetime
    time_zone      TEXT   NOT NULL,
    thresholds     TEXT   NOT NULL, -- percentages, separated by spaces
    unpriced       BIGINT NOT NULL, -- 0, 1: whether models without a price may be used
    created_at     BIGINT NOT NULL,
    removed_at     BIGINT           -- null: in force
);

-- What all nodes together have been granted of a budget in one window: never more than its limit, but for what providers
-- have charged beyond a reservation.
CREATE TABLE budget_window (
    budget_id TEXT   NOT NULL,
    start_at  BIGINT NOT NULL, -- 0: a window that never begins anew
    granted   BIGINT NOT NULL,
    PRIMARY KEY (budget_id, start_at)
);

-- Each node's part of that, and what it has durably spent of it. The rest it holds for calls in flight, or has at hand.
CREATE TABLE budget_slice (
    budget_id TEXT   NOT NULL,
    start_at  BIGINT NOT NULL,
    node      TEXT   NOT NULL,
    granted   BIGINT NOT NULL,
    spent     BIGINT NOT NULL,
    PRIMARY KEY (budget_id, start_at, node)
);

CREATE INDEX budget_slice_by_node ON budget_slice (node);

-- What is held for calls that outlive the process, such as batches. It is part of what their windows have granted.
CREATE TABLE budget_pledge (
    request_id TEXT   NOT NULL,
    budget_id  TEXT   NOT NULL,
    start_at   BIGINT NOT NULL,
    amount     BIGINT NOT NULL,
    PRIMARY KEY (request_id, budget_id)
);

-- The thresholds of which notice has been given.
CREATE TABLE budget_told (
    budget_id TEXT   NOT NULL,
    start_at  BIGINT NOT NULL,
    percent   BIGINT NOT NULL,
    at        BIGINT NOT NULL,
    PRIMARY KEY (budget_id, start_at, percent)
);

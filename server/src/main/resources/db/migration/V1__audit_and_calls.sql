-- The audit trail. Each row's hash covers the row and the hash of the row before (see AuditChain).
CREATE TABLE audit_row (
    seq       ${row_number} NOT NULL PRIMARY KEY, -- from 1, without gaps
    at        BIGINT NOT NULL,
    actor     TEXT   NOT NULL,
    action    TEXT   NOT NULL,
    subject   TEXT   NOT NULL,
    detail    TEXT   NOT NULL,
    prev_hash TEXT   NOT NULL, -- base64url
    hash      TEXT   NOT NULL  -- SHA-256, base64url
);

-- Where the trail ends. The seal is made with a key that is not in the database: without it nobody can cut rows off.
CREATE TABLE audit_head (
    id   BIGINT NOT NULL PRIMARY KEY, -- always 1
    seq  BIGINT NOT NULL,
    hash TEXT   NOT NULL,
    seal TEXT   NOT NULL -- HMAC-SHA-256, base64url
);

-- The usage ledger: one row for each call. Amounts are nano-US-dollars, instants epoch milliseconds.
CREATE TABLE call (
    request_id      TEXT   NOT NULL PRIMARY KEY,
    at              BIGINT NOT NULL,
    ended_at        BIGINT NOT NULL,
    state           TEXT   NOT NULL, -- settled, unreconciled
    key_id          TEXT   NOT NULL,
    key_name        TEXT   NOT NULL,
    account         TEXT   NOT NULL,
    feature         TEXT,
    dialect         TEXT   NOT NULL,
    operation       TEXT   NOT NULL,
    requested_model TEXT   NOT NULL,
    alias           TEXT,
    stream          BIGINT NOT NULL, -- 0, 1
    user_agent      TEXT,
    app             TEXT,
    session_id      TEXT,
    provider        TEXT,            -- this and the next three: null if nothing was sent
    model           TEXT,
    credential_id   TEXT,
    credential_name TEXT,
    status          BIGINT NOT NULL, -- HTTP; 0: the client got none
    outcome         TEXT   NOT NULL,
    input           BIGINT NOT NULL, -- tokens that no cache held
    cache_read      BIGINT NOT NULL,
    cache_write_5m  BIGINT NOT NULL,
    cache_write_1h  BIGINT NOT NULL,
    output          BIGINT NOT NULL, -- reasoning included
    reasoning       BIGINT NOT NULL,
    web_searches    BIGINT NOT NULL,
    usage_source    TEXT   NOT NULL, -- reported, estimated, reservation, none
    reason          TEXT,            -- why the usage is not known
    priced          BIGINT NOT NULL, -- 0, 1
    cost            BIGINT NOT NULL,
    reserved        BIGINT NOT NULL,
    dispatch_us     BIGINT NOT NULL, -- this and the next two: microseconds after the request's head; -1: never
    first_byte_us   BIGINT NOT NULL,
    total_us        BIGINT NOT NULL,
    attempts        TEXT,            -- JSON
    edits           TEXT             -- one a line
);

CREATE INDEX call_by_time ON call (at);

-- When a key was last used, to the minute. A row for each key instead of an index over all calls by key, which would
-- cost every call a third more: each key's entries stand on a page of their own.
CREATE TABLE key_use (
    key_id TEXT   NOT NULL PRIMARY KEY,
    at     BIGINT NOT NULL
);

-- What callers have left at providers: batches and files. Whose they are, and which credential made them.
CREATE TABLE holding (
    request_id      TEXT   NOT NULL PRIMARY KEY, -- of the call that made it
    kind            TEXT   NOT NULL, -- batch, file
    id              TEXT,            -- the provider's; null until it has named it
    dialect         TEXT   NOT NULL,
    provider        TEXT   NOT NULL,
    credential_id   TEXT   NOT NULL, -- empty where the provider asks for none
    credential_name TEXT   NOT NULL,
    key_id          TEXT   NOT NULL,
    key_name        TEXT   NOT NULL,
    account         TEXT   NOT NULL,
    feature         TEXT,
    created_at      BIGINT NOT NULL,
    state           TEXT   NOT NULL, -- sending, open, settled
    deleted_at      BIGINT,
    models          TEXT   NOT NULL, -- the provider's, separated by spaces
    priced          BIGINT NOT NULL, -- 0, 1
    bound           BIGINT NOT NULL, -- the most that it may come to, in nano-US-dollars
    seen            TEXT             -- what the provider last said of it, JSON
);

CREATE INDEX holding_by_key ON holding (key_id, kind, dialect, request_id);
CREATE INDEX holding_by_state ON holding (state, request_id);

-- Whose tokens of other issuers are good for an access token of ours, and for which.
CREATE TABLE federation_rule (
    id               TEXT   NOT NULL PRIMARY KEY,
    name             TEXT   NOT NULL UNIQUE,
    kind             TEXT   NOT NULL CHECK (kind IN ('job', 'id-jag')),
    issuer           TEXT   NOT NULL,
    near             BIGINT NOT NULL CHECK (near IN (0, 1)), -- 1: it may be in a private network
    audience         TEXT   NOT NULL, -- empty: the gate itself
    claims           TEXT   NOT NULL, -- what each must be, as a JSON object of strings
    scopes           TEXT   NOT NULL, -- separated by spaces
    account          TEXT   NOT NULL, -- who pays; empty: the person's own
    cap_nano_usd     BIGINT NOT NULL, -- -1: no cap
    cap_window       TEXT   NOT NULL CHECK (cap_window IN ('', 'day', 'month')),
    lifetime_seconds BIGINT NOT NULL,
    created_at       BIGINT NOT NULL
);

CREATE INDEX federation_rule_by_issuer ON federation_rule (issuer);

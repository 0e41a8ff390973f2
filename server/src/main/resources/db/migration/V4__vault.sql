-- The keyring: one master key per term, sealed by the root key. A single row.
CREATE TABLE vault_keyring (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    root_source TEXT NOT NULL,
    root_parameters TEXT NOT NULL,
    root_id TEXT NOT NULL,
    sequence BIGINT NOT NULL,
    term_since BIGINT NOT NULL,
    sealed TEXT NOT NULL
);

-- The terms that the keyring holds a master key for. The reference below makes the database itself refuse to forget a
-- term that a data key still needs, and refuse a data key wrapped in a term that is gone.
CREATE TABLE vault_term (
    term BIGINT PRIMARY KEY,
    created_at BIGINT NOT NULL
);

CREATE TABLE vault_credential (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    owner TEXT NOT NULL,
    provider TEXT NOT NULL,
    kind TEXT NOT NULL,
    kind_given BIGINT NOT NULL CHECK (kind_given IN (0, 1)),
    version BIGINT NOT NULL,
    term BIGINT NOT NULL REFERENCES vault_term (term),
    wrapped_key TEXT NOT NULL,
    sealed_secret TEXT NOT NULL,
    last_four TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('active', 'quarantined')),
    state_reason TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    rotated_at BIGINT NOT NULL
);

CREATE UNIQUE INDEX vault_credential_name ON vault_credential (name);
CREATE UNIQUE INDEX vault_credential_secret ON vault_credential (provider, fingerprint);
CREATE INDEX vault_credential_term ON vault_credential (term);

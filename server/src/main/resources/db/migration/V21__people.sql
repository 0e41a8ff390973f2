-- People, and how they sign in. Secrets are here as hashes, or encrypted; see each column.
CREATE TABLE person (
    id          TEXT   NOT NULL PRIMARY KEY,
    email       TEXT   NOT NULL UNIQUE, -- normalised: lower case, the domain in ASCII
    name        TEXT   NOT NULL,
    role        TEXT   NOT NULL CHECK (role IN ('owner', 'admin', 'member')),
    account     TEXT   NOT NULL,        -- who pays
    group_names TEXT   NOT NULL,        -- separated by spaces
    status      TEXT   NOT NULL CHECK (status IN ('active', 'suspended')),
    created_at  BIGINT NOT NULL
);

-- A single row. Whatever must see all people at rest (the last owner, the first) changes it first, and so waits its turn.
CREATE TABLE people_state (
    id             BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    turns          BIGINT NOT NULL,
    first_run_hash TEXT   NOT NULL -- SHA-256 of the link's secret, base64url; empty: no link is open
);

INSERT INTO people_state (id, turns, first_run_hash) VALUES (1, 0, '');

CREATE TABLE invitation (
    id          TEXT   NOT NULL PRIMARY KEY,
    hash        TEXT   NOT NULL UNIQUE, -- SHA-256 of its text, base64url
    email       TEXT   NOT NULL,
    role        TEXT   NOT NULL,
    account     TEXT   NOT NULL,
    group_names TEXT   NOT NULL,
    invited_by  TEXT   NOT NULL,
    created_at  BIGINT NOT NULL,
    expires_at  BIGINT NOT NULL,
    ended_at    BIGINT NOT NULL,        -- when it was redeemed or revoked; 0: neither
    person_id   TEXT   NOT NULL         -- who redeemed it; empty: nobody
);

CREATE INDEX invitation_by_email ON invitation (email);

CREATE TABLE person_password (
    person_id  TEXT   NOT NULL PRIMARY KEY REFERENCES person (id),
    phc        TEXT   NOT NULL,         -- Argon2id, keyed, as a PHC string
    changed_at BIGINT NOT NULL
);

CREATE TABLE person_totp (
    person_id TEXT   NOT NULL PRIMARY KEY REFERENCES person (id),
    sealed    TEXT   NOT NULL,          -- the shared secret, encrypted
    last_step BIGINT NOT NULL,          -- of the last code that was taken: no code is taken twice
    since     BIGINT NOT NULL
);

CREATE TABLE recovery_code (
    person_id TEXT   NOT NULL REFERENCES person (id),
    mac       TEXT   NOT NULL,          -- HMAC-SHA-256 under a key outside of the database, base64url
    used_at   BIGINT NOT NULL,          -- 0: not used
    PRIMARY KEY (person_id, mac)
);

CREATE TABLE passkey (
    credential_id TEXT   NOT NULL PRIMARY KEY, -- base64url
    person_id     TEXT   NOT NULL REFERENCES person (id),
    name          TEXT   NOT NULL,
    credential    TEXT   NOT NULL,      -- attested credential data with the public key (WebAuthn 6.5.1), base64url
    transports    TEXT   NOT NULL,      -- separated by spaces
    sign_count    BIGINT NOT NULL,
    backup_able   BIGINT NOT NULL,      -- 0, 1: may be kept on several devices
    created_at    BIGINT NOT NULL,
    last_used_at  BIGINT NOT NULL,      -- 0: never
    cloned_at     BIGINT NOT NULL       -- when its counter last went back; 0: never
);

CREATE INDEX passkey_by_person ON passkey (person_id);

-- Who a person is elsewhere: a subject at an OpenID provider.
CREATE TABLE outside_identity (
    issuer       TEXT   NOT NULL,
    subject      TEXT   NOT NULL,
    person_id    TEXT   NOT NULL REFERENCES person (id),
    email        TEXT   NOT NULL,       -- as the provider has it, for people to read; decides nothing
    linked_at    BIGINT NOT NULL,
    last_used_at BIGINT NOT NULL,
    PRIMARY KEY (issuer, subject)
);

CREATE INDEX outside_identity_by_person ON outside_identity (person_id);

CREATE TABLE person_session (
    id         TEXT   NOT NULL PRIMARY KEY,
    hash       TEXT   NOT NULL UNIQUE,  -- SHA-256 of the cookie's text, base64url
    person_id  TEXT   NOT NULL REFERENCES person (id),
    created_at BIGINT NOT NULL,
    seen_at    BIGINT NOT NULL,
    way        TEXT   NOT NULL,         -- how the person signed in
    device     TEXT   NOT NULL,
    address    TEXT   NOT NULL
);

CREATE INDEX person_session_by_person ON person_session (person_id);
CREATE INDEX person_session_by_use ON person_session (seen_at);

-- Signed tickets that work once and have been used; each is forgotten once it would have expired anyway.
CREATE TABLE spent_ticket (
    id         TEXT   NOT NULL PRIMARY KEY,
    expires_at BIGINT NOT NULL
);

CREATE INDEX spent_ticket_by_expiry ON spent_ticket (expires_at);

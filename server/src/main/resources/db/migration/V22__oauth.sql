-- The authorization server. Instants are epoch milliseconds; 0 is never. What opens something is here as its SHA-256 alone
-- (base64url; these secrets hold 190 random bits and more), or encrypted: see each column.

-- A single row. Changes of grants take turns at it, so that their numbers are in the order of the commits.
CREATE TABLE oauth_state (
    id       BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    change   BIGINT NOT NULL, -- of the last change that other nodes must learn of
    key_turn BIGINT NOT NULL  -- counts the signing keys that were made
);

INSERT INTO oauth_state (id, change, key_turn) VALUES (1, 0, 0);

CREATE TABLE oauth_key (
    kid       TEXT   NOT NULL PRIMARY KEY,
    sealed    TEXT   NOT NULL, -- the private JWK, encrypted
    active_at BIGINT NOT NULL  -- signs from then on, until the next one does; published before
);

CREATE TABLE oauth_client (
    id           TEXT   NOT NULL PRIMARY KEY,
    kind         TEXT   NOT NULL CHECK (kind IN ('static', 'dynamic')),
    metadata     TEXT   NOT NULL, -- RFC 7591 section 2, as JSON
    secret_hash  TEXT   NOT NULL, -- empty: it has none
    created_at   BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL,
    consented_at BIGINT NOT NULL  -- when a person first allowed it something
);

CREATE INDEX oauth_client_by_creation ON oauth_client (kind, consented_at, created_at);

-- What one person has allowed one client; of a client's own tokens, without a person.
CREATE TABLE oauth_grant (
    id           TEXT   NOT NULL PRIMARY KEY,
    person_id    TEXT   NOT NULL, -- empty: nobody
    subject      TEXT   NOT NULL, -- "sub" of its tokens
    account      TEXT   NOT NULL, -- who pays
    client_id    TEXT   NOT NULL,
    client_name  TEXT   NOT NULL, -- as it was shown
    scopes       TEXT   NOT NULL, -- separated by spaces
    resource     TEXT   NOT NULL, -- "aud" of its tokens
    cap_nano_usd BIGINT NOT NULL, -- -1: no cap
    cap_window   TEXT   NOT NULL CHECK (cap_window IN ('', 'day', 'month')),
    created_at   BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL,
    revoked_at   BIGINT NOT NULL,
    change       BIGINT NOT NULL
);

CREATE INDEX oauth_grant_by_change ON oauth_grant (change);
CREATE INDEX oauth_grant_by_person ON oauth_grant (person_id, client_id);
CREATE INDEX oauth_grant_by_client ON oauth_grant (client_id);

-- One sign-in of a client under a grant: the tokens that came of it end together.
CREATE TABLE oauth_family (
    id         TEXT   NOT NULL PRIMARY KEY,
    grant_id   TEXT   NOT NULL REFERENCES oauth_grant (id),
    client_id  TEXT   NOT NULL,
    scopes     TEXT   NOT NULL,
    resource   TEXT   NOT NULL,
    jkt        TEXT   NOT NULL, -- thumbprint of the key that refreshing must prove; empty: none
    auth_time  BIGINT NOT NULL, -- when the person had signed in
    amr        TEXT   NOT NULL, -- and how (RFC 8176), separated by spaces
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL, -- nothing extends it
    revoked_at BIGINT NOT NULL,
    change     BIGINT NOT NULL
);

CREATE INDEX oauth_family_by_change ON oauth_family (change);
CREATE INDEX oauth_family_by_grant ON oauth_family (grant_id);
CREATE INDEX oauth_family_by_expiry ON oauth_family (expires_at);

CREATE TABLE oauth_refresh (
    hash      TEXT   NOT NULL PRIMARY KEY,
    family_id TEXT   NOT NULL REFERENCES oauth_family (id),
    issued_at BIGINT NOT NULL,
    used_at   BIGINT NOT NULL
);

CREATE INDEX oauth_refresh_by_family ON oauth_refresh (family_id);

CREATE TABLE oauth_code (
    hash         TEXT   NOT NULL PRIMARY KEY,
    grant_id     TEXT   NOT NULL REFERENCES oauth_grant (id),
    client_id    TEXT   NOT NULL,
    redirect_uri TEXT   NOT NULL,
    scopes       TEXT   NOT NULL,
    resource     TEXT   NOT NULL,
    challenge    TEXT   NOT NULL, -- PKCE, S256
    jkt          TEXT   NOT NULL, -- empty: the code is bound to no key
    nonce        TEXT   NOT NULL, -- of OpenID Connect; empty: none
    auth_time    BIGINT NOT NULL,
    amr          TEXT   NOT NULL,
    expires_at   BIGINT NOT NULL,
    used_at      BIGINT NOT NULL,
    family_id    TEXT   NOT NULL  -- what came of it; empty: nothing yet
);

CREATE INDEX oauth_code_by_expiry ON oauth_code (expires_at);
CREATE INDEX oauth_code_by_grant ON oauth_code (grant_id);

CREATE TABLE oauth_device (
    hash          TEXT   NOT NULL PRIMARY KEY, -- of the device code
    user_code_mac TEXT   NOT NULL UNIQUE,      -- keyed: a user code is short enough to be found by trying
    client_id     TEXT   NOT NULL,
    scopes        TEXT   NOT NULL,
    resource      TEXT   NOT NULL,
    address       TEXT   NOT NULL,             -- where it was asked from, for the person to see
    state         TEXT   NOT NULL CHECK (state IN ('pending', 'approved', 'denied', 'used')),
    grant_id      TEXT   NOT NULL,             -- empty until approved
    auth_time     BIGINT NOT NULL,
    amr           TEXT   NOT NULL,
    poll_seconds  BIGINT NOT NULL,             -- RFC 8628 section 3.5: grows when it is polled too fast
    polled_at     BIGINT NOT NULL,
    created_at    BIGINT NOT NULL,
    expires_at    BIGINT NOT NULL
);

CREATE INDEX oauth_device_by_expiry ON oauth_device (expires_at);

CREATE TABLE oauth_pushed (
    hash       TEXT   NOT NULL PRIMARY KEY, -- of the request_uri
    client_id  TEXT   NOT NULL,
    parameters TEXT   NOT NULL,             -- the query of the authorization request
    jkt        TEXT   NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE INDEX oauth_pushed_by_expiry ON oauth_pushed (expires_at);

-- What may be shown once: the ids of proofs and assertions, each for as long as it would be believed.
CREATE TABLE oauth_shown (
    hash       TEXT   NOT NULL PRIMARY KEY,
    expires_at BIGINT NOT NULL
);

CREATE INDEX oauth_shown_by_expiry ON oauth_shown (expires_at);

-- Keys that Tollgate issued. The key's text is not here: only a salted hash of its secret part.
CREATE TABLE virtual_key (
    id          TEXT   NOT NULL PRIMARY KEY,
    name        TEXT   NOT NULL,
    held_name   TEXT   UNIQUE,   -- the name for as long as the key holds it; null once revoked, or expired and succeeded
    account     TEXT   NOT NULL, -- who pays
    model_globs TEXT   NOT NULL, -- separated by spaces; empty permits every model
    salt        TEXT   NOT NULL, -- 16 bytes, base64url
    hash        TEXT   NOT NULL, -- SHA-256 of salt and secret, base64url
    created_at  BIGINT NOT NULL,
    expires_at  BIGINT,          -- null: never
    revoked_at  BIGINT           -- null: not revoked
);

CREATE INDEX virtual_key_created ON virtual_key (created_at);

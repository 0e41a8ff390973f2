-- Claude Code setup tokens that their owners lend to the jobs of one trust rule.
CREATE TABLE federation_setup_token (
    rule_id    TEXT   NOT NULL PRIMARY KEY REFERENCES federation_rule (id),
    person_id  TEXT   NOT NULL, -- whose it is
    sealed     TEXT   NOT NULL, -- the token, encrypted
    kept_at    BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    day        BIGINT NOT NULL, -- of the last lease, in days since 1970 by UTC
    leases     BIGINT NOT NULL  -- on that day
);

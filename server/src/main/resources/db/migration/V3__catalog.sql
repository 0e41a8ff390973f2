-- Providers that were added, and built-in ones that were moved.
CREATE TABLE provider (
    name       TEXT   NOT NULL PRIMARY KEY,
    dialects   TEXT   NOT NULL, -- wire names, separated by commas
    base_url   TEXT   NOT NULL,
    auth       TEXT   NOT NULL, -- wire name
    changed_at BIGINT NOT NULL
);

-- One row for each candidate of an alias.
CREATE TABLE model_alias (
    name       TEXT   NOT NULL,
    position   BIGINT NOT NULL, -- from 0, in order of preference
    candidate  TEXT   NOT NULL, -- provider/model
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (name, position)
);

-- Prices that the operator set, in nano-US-dollars per million tokens.
CREATE TABLE model_price (
    provider       TEXT   NOT NULL,
    model          TEXT   NOT NULL,
    since          TEXT   NOT NULL, -- the first day, 2026-11-22, UTC
    input          BIGINT NOT NULL,
    output         BIGINT NOT NULL,
    cache_read     BIGINT NOT NULL,
    cache_write_5m BIGINT NOT NULL,
    cache_write_1h BIGINT NOT NULL,
    changed_at     BIGINT NOT NULL,
    PRIMARY KEY (provider, model, since)
);

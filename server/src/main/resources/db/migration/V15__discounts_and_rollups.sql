-- What a provider takes off its prices for an account, from a day to a day (UTC).
CREATE TABLE discount (
    id         TEXT   NOT NULL PRIMARY KEY,
    account    TEXT   NOT NULL,
    provider   TEXT   NOT NULL,
    model      TEXT   NOT NULL, -- a pattern of model ids, in which * stands for any characters
    millionths BIGINT NOT NULL CHECK (millionths > 0 AND millionths <= 1000000),
    first_day  TEXT   NOT NULL, -- 2026-11-22
    last_day   TEXT,            -- null: no end
    changed_at BIGINT NOT NULL
);

-- What was taken off the list's price; the cost is what remains of it.
ALTER TABLE call ADD COLUMN discount BIGINT NOT NULL DEFAULT 0;

-- What old calls came to, summed up. Their rows and their overruns are gone; the books count these rows in their place.
CREATE TABLE usage_day (
    day            BIGINT NOT NULL, -- days since 1970-01-01, UTC
    key_id         TEXT   NOT NULL,
    account        TEXT   NOT NULL,
    provider       TEXT   NOT NULL, -- this and the next three: empty if there was none
    model          TEXT   NOT NULL,
    app            TEXT   NOT NULL,
    feature        TEXT   NOT NULL,
    key_name       TEXT   NOT NULL,
    calls          BIGINT NOT NULL,
    overruns       BIGINT NOT NULL, -- how many of them had one
    input          BIGINT NOT NULL,
    cache_read     BIGINT NOT NULL,
    cache_write_5m BIGINT NOT NULL,
    cache_write_1h BIGINT NOT NULL,
    output         BIGINT NOT NULL,
    reasoning      BIGINT NOT NULL,
    web_searches   BIGINT NOT NULL,
    cost           BIGINT NOT NULL, -- overruns included
    discount       BIGINT NOT NULL,
    PRIMARY KEY (day, key_id, account, provider, model, app, feature)
);

-- Which labels each key has put on its calls: callers choose them freely, so each key may bring up only so many.
CREATE TABLE key_label (
    key_id TEXT NOT NULL,
    kind   TEXT NOT NULL, -- app, feature
    label  TEXT NOT NULL,
    PRIMARY KEY (key_id, kind, label)
);

INSERT INTO key_label (key_id, kind, label) SELECT DISTINCT key_id, 'app', app FROM call WHERE app <> '';
INSERT INTO key_label (key_id, kind, label) SELECT DISTINCT key_id, 'feature', feature FROM call WHERE feature <> '';

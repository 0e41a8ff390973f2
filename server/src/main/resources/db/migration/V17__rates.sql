-- Limits on what calls may do in a minute, at once, and each by itself. 0 is no limit. Instants are epoch milliseconds.
CREATE TABLE rate (
    id                       TEXT   NOT NULL PRIMARY KEY,
    account                  TEXT,            -- this and the next six: the scope; null covers all
    app                      TEXT,
    feature                  TEXT,
    key_id                   TEXT,
    key_name                 TEXT   NOT NULL, -- for people; empty where the scope has no key
    provider                 TEXT,
    model                    TEXT,
    requests_per_minute      BIGINT NOT NULL,
    input_tokens_per_minute  BIGINT NOT NULL,
    output_tokens_per_minute BIGINT NOT NULL,
    calls_at_once            BIGINT NOT NULL,
    max_input_tokens         BIGINT NOT NULL, -- of one call; as the next
    max_output_tokens        BIGINT NOT NULL,
    models                   TEXT   NOT NULL, -- globs, separated by spaces; empty for all
    created_at               BIGINT NOT NULL
);

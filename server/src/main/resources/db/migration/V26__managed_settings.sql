-- Settings that administrators give to people's tools: a JSON object for each group; of the empty name for everybody.
CREATE TABLE managed_settings (
    group_name TEXT   NOT NULL PRIMARY KEY,
    document   TEXT   NOT NULL,
    updated_at BIGINT NOT NULL
);

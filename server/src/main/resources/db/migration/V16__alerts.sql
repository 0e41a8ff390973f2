-- Where notices are sent to.
CREATE TABLE alert_destination (
    id           TEXT   NOT NULL PRIMARY KEY,
    name         TEXT   NOT NULL UNIQUE,
    kind         TEXT   NOT NULL, -- webhook, slack, mail
    shown        TEXT   NOT NULL, -- of an address what is no secret, for people
    sealed       TEXT   NOT NULL, -- addresses and signing secrets, encrypted
    types        TEXT   NOT NULL, -- patterns of the kinds of notices, separated by spaces
    budgets      TEXT   NOT NULL, -- of notices about budgets only those about these, separated by spaces; empty: all
    digest       TEXT   NOT NULL, -- 30m, 1h, daily@08:00; empty: each notice by itself
    quiet        TEXT   NOT NULL, -- 22:00-07:00; empty: none
    time_zone    TEXT   NOT NULL,
    created_at   BIGINT NOT NULL,
    disabled_at  BIGINT NOT NULL, -- 0: in use
    disabled_why TEXT   NOT NULL
);

-- What is to be sent, and what became of it. Its id goes with it, the same at each attempt.
CREATE TABLE alert_message (
    id             TEXT   NOT NULL PRIMARY KEY,
    destination_id TEXT   NOT NULL,
    urgent         BIGINT NOT NULL, -- 0, 1: not held back in quiet hours
    digest         BIGINT NOT NULL, -- 0, 1: takes more notices until it is due
    state          TEXT   NOT NULL, -- waiting, sent, dead
    due_at         BIGINT NOT NULL,
    lease_until    BIGINT NOT NULL, -- until then somebody is sending it
    attempts       BIGINT NOT NULL,
    created_at     BIGINT NOT NULL,
    ended_at       BIGINT NOT NULL, -- when it was sent or given up; 0: waiting
    last_error     TEXT   NOT NULL
);

CREATE INDEX alert_message_by_state ON alert_message (state, due_at);
CREATE INDEX alert_message_by_destination ON alert_message (destination_id, state);

-- The notices in a message, as they were when they were raised. Each goes to a destination once.
CREATE TABLE alert_item (
    notice_id      TEXT   NOT NULL,
    destination_id TEXT   NOT NULL,
    message_id     TEXT   NOT NULL,
    at             BIGINT NOT NULL,
    kind           TEXT   NOT NULL,
    subject        TEXT   NOT NULL,
    message        TEXT   NOT NULL,
    cure           TEXT   NOT NULL,
    PRIMARY KEY (notice_id, destination_id)
);

CREATE INDEX alert_item_by_message ON alert_item (message_id);

-- What was spent in each hour, by scope: what unusual spending is judged against.
CREATE TABLE spend_hour (
    scope_kind TEXT   NOT NULL, -- account, key, app, feature
    scope      TEXT   NOT NULL, -- its id or name
    hour_at    BIGINT NOT NULL, -- when the hour began
    cost       BIGINT NOT NULL, -- nano-US-dollars
    PRIMARY KEY (scope_kind, scope, hour_at)
);

CREATE INDEX spend_hour_by_time ON spend_hour (hour_at);

-- The hours that are in it whole, those without any spending included.
CREATE TABLE spend_hour_done (
    hour_at BIGINT NOT NULL PRIMARY KEY
);

-- Of which scopes' spending notice has been given, and on which day.
CREATE TABLE spend_told (
    scope_kind TEXT   NOT NULL,
    scope      TEXT   NOT NULL,
    day        BIGINT NOT NULL, -- days since 1970-01-01, UTC
    PRIMARY KEY (scope_kind, scope, day)
);

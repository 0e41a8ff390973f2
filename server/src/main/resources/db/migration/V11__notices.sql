-- What needs a person's attention, until a person dismisses it; the newest two hundred.
CREATE TABLE notice (
    id      TEXT   NOT NULL PRIMARY KEY,
    at      BIGINT NOT NULL,
    kind    TEXT   NOT NULL, -- dotted
    subject TEXT   NOT NULL,
    message TEXT   NOT NULL,
    cure    TEXT   NOT NULL
);

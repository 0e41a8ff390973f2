-- What settlements have spent of windows and no slice's row shows yet: one row for each group of settlements, at the end of the
-- table, instead of a change to as many rows all over it as there are windows. They are posted by and by.
CREATE TABLE budget_unposted (
    node   TEXT   NOT NULL,
    seq    BIGINT NOT NULL, -- the node's rows in their order
    spends TEXT   NOT NULL, -- for each window a line: budget's id, start, nano-US-dollars
    PRIMARY KEY (node, seq)
);

-- How far a node has come that posts its rows: while it has done some of their windows and not all.
CREATE TABLE budget_posting (
    node      TEXT   NOT NULL PRIMARY KEY,
    through   BIGINT NOT NULL, -- the last of the rows
    budget_id TEXT   NOT NULL, -- this and the next: the last window that is done, in the order of both
    start_at  BIGINT NOT NULL
);

-- Nodes that are granted slices of budgets. Instants are epoch milliseconds.
CREATE TABLE budget_node (
    node    TEXT   NOT NULL PRIMARY KEY,
    epoch   BIGINT NOT NULL, -- grows when an operator frees what the node holds: who spends under an older one has to stop
    turn    BIGINT NOT NULL, -- counts its changes of slices: so it finds out whether one was kept whose answer was lost
    seen_at BIGINT NOT NULL  -- its lease: when it last told that it lives
);

CREATE INDEX budget_window_by_start ON budget_window (start_at);
CREATE INDEX budget_told_by_start ON budget_told (start_at);

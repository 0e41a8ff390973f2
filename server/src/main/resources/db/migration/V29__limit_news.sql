-- Budgets, rates and heavy features that one node changes are in force on all: each change takes the next number, and whoever
-- sees that it has grown reads what has a greater one than it knows.
CREATE TABLE limit_state (
    id     BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    change BIGINT NOT NULL -- of the last one
);

INSERT INTO limit_state (id, change) VALUES (1, 0);

ALTER TABLE budget ADD COLUMN change BIGINT NOT NULL DEFAULT 0; -- its last one; its removal is one, too
CREATE INDEX budget_by_change ON budget (change);

ALTER TABLE rate ADD COLUMN change BIGINT NOT NULL DEFAULT 0; -- as of a budget
ALTER TABLE rate ADD COLUMN removed_at BIGINT;                -- null: in force
CREATE INDEX rate_by_change ON rate (change);

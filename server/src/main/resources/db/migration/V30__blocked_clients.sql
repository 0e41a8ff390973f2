-- Clients whose id is the address of their own description, and whom an administrator has turned out: unknown here until one
-- allows them again. There is nothing else of them to delete.
CREATE TABLE oauth_blocked_client (
    id         TEXT   NOT NULL PRIMARY KEY,
    blocked_at BIGINT NOT NULL
);

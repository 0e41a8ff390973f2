-- One row that readiness writes to: a store that only answers reads is not ready.
CREATE TABLE store_probe (
    id     BIGINT PRIMARY KEY,
    writes BIGINT NOT NULL
);

INSERT INTO store_probe (id, writes) VALUES (1, 0);

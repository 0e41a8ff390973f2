-- The longest context that a credential's plan takes, in tokens; 0: as long as the model takes.
ALTER TABLE vault_credential ADD COLUMN max_context BIGINT NOT NULL DEFAULT 0;

-- What the client that made a batch calls itself: its rows in the ledger name it, too.
ALTER TABLE holding ADD COLUMN app TEXT;

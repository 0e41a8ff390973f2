-- The longest context that a credential's plan takes, in tokens; null: as long as the model's.
ALTER TABLE vault_credential ADD COLUMN max_context BIGINT;

-- What the client that made a batch calls itself: its rows in the ledger name it, too.
ALTER TABLE holding ADD COLUMN app TEXT;

-- Whether answers may be given again, by key and by alias. Null: they are not kept.
ALTER TABLE virtual_key ADD COLUMN cache_seconds BIGINT; -- how old an answer may be
ALTER TABLE virtual_key ADD COLUMN cache_scope TEXT;     -- caller, account
ALTER TABLE model_alias ADD COLUMN cache_seconds BIGINT; -- these two the same in all rows of one alias
ALTER TABLE model_alias ADD COLUMN cache_scope TEXT;

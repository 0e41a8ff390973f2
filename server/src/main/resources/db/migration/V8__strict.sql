-- Whether a call that would lose anything of meaning in conversion is refused: 0 or 1.
ALTER TABLE virtual_key ADD COLUMN strict BIGINT NOT NULL DEFAULT 0;
ALTER TABLE model_alias ADD COLUMN strict BIGINT NOT NULL DEFAULT 0; -- the same in all rows of one alias

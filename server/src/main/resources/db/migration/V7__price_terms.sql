-- What a price that was set has inherited beside its five rates; null in rows from before, which had nothing of it.
ALTER TABLE model_price ADD COLUMN web_search BIGINT;   -- nano-US-dollars a search
ALTER TABLE model_price ADD COLUMN search_unit TEXT;    -- what counts as one search: request or prompt
ALTER TABLE model_price ADD COLUMN long_context TEXT;   -- as in a price file
ALTER TABLE model_price ADD COLUMN service_tiers TEXT;  -- as in a price file

-- Where a provider's models are hosted: empty for its own API, else bedrock or vertex, with what stands in its paths.
ALTER TABLE provider ADD COLUMN platform TEXT NOT NULL DEFAULT '';
ALTER TABLE provider ADD COLUMN region TEXT NOT NULL DEFAULT '';
ALTER TABLE provider ADD COLUMN project TEXT NOT NULL DEFAULT '';

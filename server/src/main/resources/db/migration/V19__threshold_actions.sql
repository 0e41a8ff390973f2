-- What happens at the thresholds of a budget besides a notice stands behind the percentage in budget.thresholds:
-- 70 90:no-heavy 95:cheaper

-- Features whose calls budgets may switch off before they are used up.
CREATE TABLE heavy_feature (
    feature   TEXT   NOT NULL PRIMARY KEY, -- as the client says it
    marked_at BIGINT NOT NULL
);

-- The alias that calls go to instead where a budget says so; the same in all rows of one alias.
ALTER TABLE model_alias ADD COLUMN cheaper TEXT;

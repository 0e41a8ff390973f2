-- The candidates of a call in the order in which they stood to be tried, one a line; null: just the one that served.
ALTER TABLE call ADD COLUMN route TEXT;

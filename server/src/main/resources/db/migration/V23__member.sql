-- In whose name calls are made, and budgets and rates of people: the person's id, null for none.
ALTER TABLE call ADD COLUMN member TEXT;
ALTER TABLE holding ADD COLUMN member TEXT;
-- The same for all rows of a key; empty for none.
ALTER TABLE usage_day ADD COLUMN member TEXT NOT NULL DEFAULT '';
ALTER TABLE budget ADD COLUMN member TEXT;
ALTER TABLE budget ADD COLUMN member_email TEXT NOT NULL DEFAULT ''; -- for people; empty where the scope has no member
ALTER TABLE rate ADD COLUMN member TEXT;
ALTER TABLE rate ADD COLUMN member_email TEXT NOT NULL DEFAULT ''; -- as of a budget

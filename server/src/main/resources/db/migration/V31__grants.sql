-- There is one account, and no budget or rate covers another: whatever else a rule named pays from it, too.
UPDATE federation_rule SET account = 'default' WHERE kind = 'job' AND account <> 'default';
UPDATE oauth_grant SET account = 'default' WHERE client_id LIKE 'federation:%' AND account <> 'default';

-- There is one account, and no budget or rate covers another: whatever else a rule named pays from it, too.
UPDATE federation_rule SET account = 'default' WHERE kind = 'job' AND account <> 'default';
UPDATE oauth_grant SET account = 'default' WHERE client_id LIKE 'federation:%' AND account <> 'default';

-- What the calls of each grant have cost, those included whose rows were rolled up since. It changes with them.
CREATE TABLE grant_spend (
    grant_id TEXT   NOT NULL PRIMARY KEY,
    cost     BIGINT NOT NULL -- nano-US-dollars
);

INSERT INTO grant_spend (grant_id, cost)
SELECT key_id, CAST(SUM(cost) AS BIGINT)
FROM (SELECT key_id, cost FROM call WHERE substr(key_id, 1, 4) = 'gra_'
      UNION ALL
      SELECT key_id, cost FROM usage_day WHERE substr(key_id, 1, 4) = 'gra_'
      UNION ALL
      SELECT c.key_id, CASE WHEN t.debit LIKE 'account:%' THEN t.amount ELSE -t.amount END
      FROM transfer t JOIN call c ON c.request_id = t.request_id
      WHERE t.kind = 'resolution' AND substr(c.key_id, 1, 4) = 'gra_') AS spent
GROUP BY key_id;

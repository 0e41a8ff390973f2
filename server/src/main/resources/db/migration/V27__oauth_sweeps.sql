-- A cap holds for a grant, whichever client spends by it. Ids of grants are no virtual key's.
UPDATE budget SET app = NULL WHERE key_id LIKE 'gra_%';

-- What is over is found without reading what is not.
CREATE INDEX oauth_grant_by_expiry ON oauth_grant (expires_at);
CREATE INDEX oauth_grant_by_revocation ON oauth_grant (revoked_at);
CREATE INDEX oauth_client_by_expiry ON oauth_client (expires_at);

-- OpenID providers by which people sign in.
CREATE TABLE identity_provider (
    name           TEXT   NOT NULL PRIMARY KEY, -- stands in the address that the provider sends people back to
    title          TEXT   NOT NULL,             -- what people read on the button
    issuer         TEXT   NOT NULL,
    client_id      TEXT   NOT NULL,
    sealed         TEXT   NOT NULL,             -- the client's secret, encrypted; empty: a client without one
    hosted_domains TEXT   NOT NULL,             -- which values of the claim hd come in, separated by spaces; empty: any
    tenants        TEXT   NOT NULL,             -- which values of the claim tid come in, separated by spaces
    near           BIGINT NOT NULL,             -- 0, 1: may be on this machine or in a private network
    created_at     BIGINT NOT NULL
);

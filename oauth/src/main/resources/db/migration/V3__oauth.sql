-- Room: oauth. Registered clients, and authorizations on their way through consent and sign-in.
create table client (
    id text not null primary key,
    name text not null,
    redirect_uris text not null,       -- JSON array of strings
    auth_method text not null,
    secret_hash blob,                  -- keyed hash; null for public clients
    grant_types text not null,         -- space separated
    metadata text not null,            -- what registration echoes, JSON
    fingerprint blob unique,           -- equal public registrations share one row
    created_at integer not null,
    last_used_at integer
) strict, without rowid;

create table authorization_transaction (
    id_hash blob not null primary key,
    browser_hash blob not null,        -- the browser that saw the consent page
    client_id text not null,
    redirect_uri text not null,        -- as requested, port included
    registered_redirect_uri text not null,
    state text,
    scope text not null,
    resource text not null,
    code_challenge text not null,
    status text not null,
    upstream_state_hash blob unique,
    upstream_verifier blob,            -- sealed for this server
    expires_at integer not null
) strict, without rowid;
create index authorization_transaction_by_expiry on authorization_transaction (expires_at);

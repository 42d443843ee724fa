-- Room: access. People, their grants, the tokens that hang from a grant, and the ends of grants.
create table person (
    id integer primary key,
    issuer text not null,          -- who proves the identity
    upstream_id text not null,     -- immutable there; a login may be renamed or given to somebody else
    login text not null,
    created_at integer not null,
    unique (issuer, upstream_id)
) strict;

create table access_grant (
    id text not null primary key,
    person_id integer not null references person (id),
    client_id text not null,
    redirect_uri text not null,
    scope text not null,
    resource text not null,
    public_key blob not null,      -- X25519, X.509 encoding
    mac blob not null,             -- over the columns above and expires_at: nobody plants a key here
    created_at integer not null,
    expires_at integer not null,   -- absolute; rotation does not move it
    ended_at integer,
    end_reason text
) strict, without rowid;
create index access_grant_by_person on access_grant (person_id);
create index access_grant_by_client on access_grant (client_id);

create table authorization_code (
    lookup blob not null primary key,
    grant_id text not null references access_grant (id),
    code_challenge text not null,
    redirect_uri text not null,
    expires_at integer not null,
    used_at integer,
    failures integer not null default 0,
    wrap blob,
    mac blob not null              -- binds the row to its token and to all that its grant allows
) strict, without rowid;
create index authorization_code_by_grant on authorization_code (grant_id);

create table access_token (
    lookup blob not null primary key,
    grant_id text not null references access_grant (id),
    scope text not null,
    expires_at integer not null,
    wrap blob,
    mac blob not null              -- binds the row to its token and to all that its grant allows
) strict, without rowid;
create index access_token_by_grant on access_token (grant_id);

create table refresh_token (
    lookup blob not null primary key,
    grant_id text not null references access_grant (id),
    expires_at integer not null,
    retired_at integer,
    successor_seal blob,           -- the next token of the chain, readable only with this one
    wrap blob,
    mac blob not null              -- binds the row to its token and to all that its grant allows
) strict, without rowid;
create index refresh_token_by_grant on refresh_token (grant_id);

-- One row for each ended grant, in order, so that every node notices by reading what is new.
create table grant_end (
    seq integer primary key autoincrement,
    grant_id text not null,
    ended_at integer not null
) strict;

create index access_token_by_expiry on access_token (expires_at);
create index refresh_token_by_expiry on refresh_token (expires_at);
create index refresh_token_retired on refresh_token (retired_at) where wrap is not null;
create index authorization_code_by_expiry on authorization_code (expires_at);
create index access_grant_ended on access_grant (ended_at) where ended_at is not null;
create index access_grant_live_by_expiry on access_grant (expires_at) where ended_at is null;

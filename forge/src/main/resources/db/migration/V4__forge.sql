-- Room: forge. Each person's tokens at the upstream, readable only with a live token of one of their grants.
create table upstream_token_set (
    person_id integer primary key,
    issuer text not null,
    upstream_id text not null,
    generation integer not null,   -- increases with each write; part of what the seals are bound to
    upstream_grant integer,        -- the upstream's own numbers of the set, null where it has none:
    counter integer,               -- a set never replaces one that is newer by them
    sealed blob not null,          -- under a data key of its own
    written_at integer not null,
    unique (issuer, upstream_id)
) strict;

-- The data key of the set, once for each grant that was live when the set was written.
create table upstream_key (
    person_id integer not null,
    grant_id text not null,
    generation integer not null,
    sealed blob not null,          -- to the grant's public key
    primary key (person_id, grant_id)
) strict, without rowid;

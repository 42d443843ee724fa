-- Room: access. Rows of tokens stand in the order in which they were made, no longer in that of their random look-up
-- values: a batch of rotations then changes a few neighbouring pages, and not one or two for each row.
create table access_token_in_order (
    id integer primary key,
    lookup blob not null unique,
    grant_id text not null references access_grant (id),
    serial integer not null default 0,
    scope text not null,
    expires_at integer not null,
    wrap blob,
    mac blob not null              -- binds the row to its token and to all that its grant allows
) strict;
insert into access_token_in_order (lookup, grant_id, serial, scope, expires_at, wrap, mac)
    select lookup, grant_id, serial, scope, expires_at, wrap, mac from access_token order by grant_id, serial;
drop table access_token;
alter table access_token_in_order rename to access_token;
create index access_token_by_grant on access_token (grant_id, serial);
create index access_token_by_expiry on access_token (expires_at);

create table refresh_token_in_order (
    id integer primary key,
    lookup blob not null unique,
    grant_id text not null references access_grant (id),
    serial integer not null default 0,
    expires_at integer not null,
    retired_at integer,
    successor_seal blob,           -- the next token of the chain, readable only with this one
    wrap blob,
    mac blob not null              -- binds the row to its token and to all that its grant allows
) strict;
insert into refresh_token_in_order
        (lookup, grant_id, serial, expires_at, retired_at, successor_seal, wrap, mac)
    select lookup, grant_id, serial, expires_at, retired_at, successor_seal, wrap,
            iif(retired_at is null, mac, substr(mac, -16))
        from refresh_token order by grant_id, serial;
drop table refresh_token;
alter table refresh_token_in_order rename to refresh_token;
create index refresh_token_by_grant on refresh_token (grant_id, serial);
create index refresh_token_by_expiry on refresh_token (expires_at);
create index refresh_token_retired on refresh_token (retired_at) where retired_at is not null;

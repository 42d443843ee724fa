-- Room: access. Rows of tokens stand beside those of their grant, in the order of their making, and in no other order: a
-- token names its grant, so that it is found there. A rotation then changes one page of each table; before, it changed
-- one of each of three indexes as well. What has expired is found by looking at each row, without keeping writers waiting.
create table access_token_of_grant (
    grant_id text not null references access_grant (id),
    serial integer not null,
    lookup blob not null,
    scope text not null,
    expires_at integer not null,
    wrap blob,
    mac blob not null,             -- binds the row to its token and to all that its grant allows
    primary key (grant_id, serial)
) strict, without rowid;

create table refresh_token_of_grant (
    grant_id text not null references access_grant (id),
    serial integer not null,
    lookup blob not null,
    expires_at integer not null,
    retired_at integer,
    successor_seal blob,           -- the next token of the chain, readable only with this one
    wrap blob,
    mac blob not null,             -- binds the row to its token and to all that its grant allows
    primary key (grant_id, serial)
) strict, without rowid;
insert into refresh_token_of_grant
        (grant_id, serial, lookup, expires_at, retired_at, successor_seal, wrap, mac)
    select grant_id, row_number() over (partition by grant_id order by serial, id), lookup, expires_at, retired_at,
            successor_seal, wrap, mac
        from refresh_token;

-- Access tokens name their grant from now on. Those of before cannot be recognised any more: clients refresh.
drop table access_token;
drop table refresh_token;
alter table access_token_of_grant rename to access_token;
alter table refresh_token_of_grant rename to refresh_token;

-- A grant keeps its newest 64 access tokens, and beside its refresh token 64 retired ones.
create trigger access_token_forgets after insert on access_token begin
    delete from access_token where grant_id = new.grant_id and serial <= new.serial - 64;
end;
create trigger refresh_token_forgets after insert on refresh_token begin
    delete from refresh_token where grant_id = new.grant_id and serial <= new.serial - 65;
end;

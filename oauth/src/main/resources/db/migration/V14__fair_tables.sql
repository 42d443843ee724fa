-- Room: oauth. What strangers may fill is bounded, and a full table takes the place for a newcomer from the network that holds
-- most of it. The counts are kept by triggers, so that no way to add or remove a row can forget them.
create table bounded_table (
    name text not null primary key,
    held integer not null              -- all its rows
) strict, without rowid;

create table network_share (
    table_name text not null,
    network blob not null,             -- keyed hash: whose address it is stays unknown
    held integer not null,             -- rows of it that may lose their place
    newest integer not null,           -- of them, as the table orders its rows; of two equal shares the one at rest gives way
    primary key (table_name, network)
) strict, without rowid;
create index network_share_busiest on network_share (table_name, held desc, newest);

-- network: null in a row that led to a grant, which never loses its place.
alter table client add column network blob;
update client set network = x'' where last_used_at is null;
create index client_by_network on client (network, created_at) where network is not null;
create index client_never_used on client (created_at) where last_used_at is null;
insert into bounded_table (name, held) select 'client', count(*) from client;
insert into network_share (table_name, network, held, newest)
    select 'client', network, count(*), max(created_at) from client where network is not null group by network;

create trigger client_added after insert on client begin
    update bounded_table set held = held + 1 where name = 'client';
    insert into network_share (table_name, network, held, newest)
        select 'client', new.network, 1, new.created_at where new.network is not null
        on conflict (table_name, network) do update set held = held + 1, newest = excluded.newest;
end;
create trigger client_gone after delete on client begin
    update bounded_table set held = held - 1 where name = 'client';
    update network_share set held = held - 1 where table_name = 'client' and network = old.network;
    delete from network_share where table_name = 'client' and network = old.network and held = 0;
end;
create trigger client_kept after update of network on client when old.network is not null and new.network is null begin
    update network_share set held = held - 1 where table_name = 'client' and network = old.network;
    delete from network_share where table_name = 'client' and network = old.network and held = 0;
end;

alter table authorization_transaction add column network blob;
create index authorization_transaction_by_network on authorization_transaction (network, expires_at)
    where network is not null;
insert into bounded_table (name, held) select 'authorization_transaction', count(*) from authorization_transaction;

create trigger authorization_transaction_added after insert on authorization_transaction begin
    update bounded_table set held = held + 1 where name = 'authorization_transaction';
    insert into network_share (table_name, network, held, newest)
        select 'authorization_transaction', new.network, 1, new.expires_at where new.network is not null
        on conflict (table_name, network) do update set held = held + 1, newest = excluded.newest;
end;
create trigger authorization_transaction_gone after delete on authorization_transaction begin
    update bounded_table set held = held - 1 where name = 'authorization_transaction';
    update network_share set held = held - 1
        where table_name = 'authorization_transaction' and network = old.network;
    delete from network_share
        where table_name = 'authorization_transaction' and network = old.network and held = 0;
end;
create trigger authorization_transaction_kept after update of network on authorization_transaction
    when old.network is not null and new.network is null begin
    update network_share set held = held - 1
        where table_name = 'authorization_transaction' and network = old.network;
    delete from network_share
        where table_name = 'authorization_transaction' and network = old.network and held = 0;
end;

alter table account_sign_in add column network blob;
create index account_sign_in_by_network on account_sign_in (network, expires_at) where network is not null;
insert into bounded_table (name, held) select 'account_sign_in', count(*) from account_sign_in;

create trigger account_sign_in_added after insert on account_sign_in begin
    update bounded_table set held = held + 1 where name = 'account_sign_in';
    insert into network_share (table_name, network, held, newest)
        select 'account_sign_in', new.network, 1, new.expires_at where new.network is not null
        on conflict (table_name, network) do update set held = held + 1, newest = excluded.newest;
end;
create trigger account_sign_in_gone after delete on account_sign_in begin
    update bounded_table set held = held - 1 where name = 'account_sign_in';
    update network_share set held = held - 1 where table_name = 'account_sign_in' and network = old.network;
    delete from network_share where table_name = 'account_sign_in' and network = old.network and held = 0;
end;

-- browser_hash: the browser that signed in, so that it is known by that, too, while the answer with its new cookie is on the way.
alter table account_session add column browser_hash blob;
create index account_session_by_browser on account_session (browser_hash) where browser_hash is not null;

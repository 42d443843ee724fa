-- Room: oauth. When used clients fill the table, the one that was unused longest and has no live grant makes room.
create index client_by_last_use on client (last_used_at) where last_used_at is not null;

-- A registration that is handed out again counts for whoever got it last, and that network is not at rest.
create trigger client_renewed after update of network, created_at on client
    when old.network is not null and new.network is not null begin
    update network_share set held = held - 1 where table_name = 'client' and network = old.network;
    delete from network_share where table_name = 'client' and network = old.network and held = 0;
    insert into network_share (table_name, network, held, newest)
        select 'client', new.network, 1, new.created_at where true
        on conflict (table_name, network) do update set held = held + 1, newest = excluded.newest;
end;

-- Room: oauth. When used clients fill the table, the one that was unused longest and has no live grant makes room.
create index client_by_last_use on client (last_used_at) where last_used_at is not null;

-- Room: vault. Which master keys the running server works with, so that a rotation need not guess.
create table keys_in_use (
    server text not null primary key,  -- random, anew at each start
    key_ids text not null,             -- the one that seals first, separated by spaces
    loaded_at integer not null
) strict, without rowid;

-- At most one row: the key that a rotation is about to make the first.
create table key_rotation (
    one integer not null primary key check (one = 1),
    key_id text not null,
    started_at integer not null
) strict, without rowid;

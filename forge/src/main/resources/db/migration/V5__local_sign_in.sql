-- Room: forge, built-in sign-in for installations without a forge.
create table local_person (
    id integer primary key,
    name text not null unique,
    created_at integer not null
) strict;

create table sign_in_code (
    lookup blob not null primary key,   -- keyed hash of the code
    name text not null,
    expires_at integer not null
) strict, without rowid;

-- What a right code is exchanged for: carried by the browser to the callback, within a minute.
create table sign_in_ticket (
    lookup blob not null primary key,   -- keyed hash of the ticket
    state_hash blob not null,           -- keyed hash of the state it belongs to
    name text not null,
    expires_at integer not null
) strict, without rowid;

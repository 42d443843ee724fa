-- Room: oauth. Client ID metadata documents as they were fetched last.
create table client_document (
    url text not null primary key,     -- the client_id
    name text not null,
    redirect_uris text not null,       -- JSON array of strings
    grant_types text not null,         -- space separated
    fetched_at integer not null,
    fresh_until integer not null,
    last_used_at integer               -- null: nobody ever signed in with it
) strict, without rowid;
create index client_document_never_used on client_document (fetched_at) where last_used_at is null;

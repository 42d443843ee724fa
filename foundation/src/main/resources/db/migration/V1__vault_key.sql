-- Room: vault. Inner keys of the installation, each sealed under the master keyset.
create table vault_key (
    name text not null primary key,
    sealed blob not null
) strict, without rowid;

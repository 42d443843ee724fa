-- Room: oauth. A consent form that is sent twice: which trip to the upstream counts, and what the former one led to.
alter table authorization_transaction add column trip integer not null default 0;
alter table authorization_transaction add column issued_grant text;

-- Room: access. The tokens of a grant are numbered, so that the eldest are found and forgotten with the same work
-- however many there were.
alter table access_token add column serial integer not null default 0;
drop index access_token_by_grant;
create index access_token_by_grant on access_token (grant_id, serial);

-- Refresh tokens now name their grant. Those of before cannot be recognised any more.
delete from refresh_token;
alter table refresh_token add column serial integer not null default 0;
drop index refresh_token_by_grant;
create index refresh_token_by_grant on refresh_token (grant_id, serial);
drop index refresh_token_retired;
create index refresh_token_retired on refresh_token (retired_at) where retired_at is not null;

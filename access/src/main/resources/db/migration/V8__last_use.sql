-- Room: access. When a grant was last used, for people who look for one they do not need any more.
alter table access_grant add column last_used_at integer;

-- Room: access. Looking up what a person has live must not pass over all that has ended: whoever signs in again and again has
-- at most 100 live grants, but any number of ended ones, until they are purged.
drop index access_grant_by_person;
create index access_grant_live_by_person on access_grant (person_id) where ended_at is null;
create index access_grant_ended_by_person on access_grant (person_id, ended_at) where ended_at is not null;
create index access_grant_ended_by_client on access_grant (person_id, client_id, ended_at) where ended_at is not null;

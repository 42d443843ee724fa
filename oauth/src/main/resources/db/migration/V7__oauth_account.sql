-- Room: oauth. Browsers of signed-in people, what they need not be asked again, and the second page before a code.
create table account_session (
    id_hash blob not null primary key, -- keyed hash of what the cookie holds
    person_id integer not null,
    created_at integer not null,
    last_used_at integer not null,
    expires_at integer not null,       -- absolute; use does not move it
    mac blob not null                  -- over the above but last_used_at: nobody plants a session here
) strict, without rowid;
create index account_session_by_person on account_session (person_id);
create index account_session_by_expiry on account_session (expires_at);

-- A sign-in that leads to the account page, not to a client.
create table account_sign_in (
    state_hash blob not null primary key,
    browser_hash blob not null,
    upstream_verifier blob not null,   -- sealed for this server
    expires_at integer not null
) strict, without rowid;
create index account_sign_in_by_expiry on account_sign_in (expires_at);

-- A person who said "do not ask me again for this program".
create table remembered_approval (
    id text not null primary key,
    person_id integer not null,
    client_id text not null,
    redirect_uri text not null,
    resource text not null,
    scope text not null,
    created_at integer not null,
    last_used_at integer not null,
    mac blob not null,                 -- over the above but last_used_at: nobody plants an approval here
    unique (person_id, client_id, redirect_uri, resource)
) strict, without rowid;

-- remember: the person wants not to be asked again, once the sign-in has succeeded.
alter table authorization_transaction add column remember integer not null default 0;
-- approved_for: whose remembered approval stood in for the consent page.
alter table authorization_transaction add column approved_for integer;
-- review_grant: made, and given to nobody before the person has answered the second page.
alter table authorization_transaction add column review_grant text;
-- review_code: what the second page led to, readable only with the ticket of that page.
alter table authorization_transaction add column review_code blob;
create unique index authorization_transaction_by_review on authorization_transaction (review_grant)
    where review_grant is not null;

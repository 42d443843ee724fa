-- Room: forge. What is under way at the upstream and spends a stored refresh token there: written before the upstream is
-- asked, so that every process, and this one after a restart, knows of it.
create table upstream_sign_in (        -- a code was sent; whose it is, only the answer tells
    id integer primary key autoincrement,
    begun_at integer not null          -- counts for ten minutes
) strict;

create table upstream_refresh (        -- at most one for each person
    attempt integer primary key autoincrement,
    person_id integer not null unique,
    generation integer not null,       -- of the set whose refresh token was sent
    begun_at integer not null,
    until integer,                     -- then whoever asked counts as dead; null: it has ended
    unanswered_at integer              -- when this refresh token was sent and no answer came back, the first time
) strict;

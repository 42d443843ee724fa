-- Room: forge. Codes and tickets of the built-in sign-in are bound to what their rows say by a MAC, so that a writer to the
-- database cannot change whom they sign in. Rows without one live 15 minutes at most: whoever waits gets a new code.
delete from sign_in_code;
delete from sign_in_ticket;
alter table sign_in_code add column mac blob not null default x'';
alter table sign_in_ticket add column mac blob not null default x'';

-- Room: oauth. Nobody changes a sign-in under way: what is asked and agreed is under a MAC. Those that are there begin anew.
delete from authorization_transaction;
alter table authorization_transaction add column mac blob not null default x'';

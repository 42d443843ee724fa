-- Room: access. A grant keeps its newest 64 access tokens, and beside its refresh token 64 retired ones. The tables see to it
-- themselves: a new row knows its number, so nothing has to be looked up, and the rotation is two statements shorter.
create trigger access_token_forgets after insert on access_token begin
    delete from access_token where grant_id = new.grant_id and serial <= new.serial - 64;
end;
create trigger refresh_token_forgets after insert on refresh_token begin
    delete from refresh_token where grant_id = new.grant_id and serial <= new.serial - 65;
end;

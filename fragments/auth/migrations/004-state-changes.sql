-- Every lock, unlock and closing stays on record: the account itself only knows the last one.
create table auth.state_changes (
  id      bigint generated always as identity primary key,
  user_id uuid not null,
  state   text not null,
  reason  text,
  -- Nobody: by us.
  actor   uuid,
  at      timestamptz(3) not null
);
create index state_changes_by_user on auth.state_changes (user_id, id);

insert into auth.state_changes (user_id, state, reason, actor, at)
  select id, state, state_reason, state_by, state_at from auth.users where state_at is not null order by state_at;

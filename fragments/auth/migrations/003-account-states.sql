alter table auth.users drop constraint users_role_check;
alter table auth.users add check (role in ('customer', 'staff', 'auditor'));

-- Open; locked by staff, or by us where the demonstration is over; closed by its owner, for good.
alter table auth.users
  add column state text not null default 'open' check (state in ('open', 'locked', 'closed')),
  -- Why, by whom and when the state was last changed. Nobody: by us.
  add column state_reason text,
  add column state_by uuid,
  add column state_at timestamptz(3),
  -- Null: it is still the first one. Also tells apart a password from the one that replaced it while somebody signed in.
  add column password_changed_at timestamptz(3),
  add column last_seen_at timestamptz(3),
  -- Name and address without case and accents (search.ts).
  add column search text;

update auth.users set state = 'locked', state_at = now() where password is null;
update auth.users set search = lower(regexp_replace(normalize(name || ' ' || email, NFKD), '[\u0300-\u036f]', '', 'g'));
alter table auth.users alter column search set not null;
alter table auth.users add check (state = 'locked' or (state = 'closed') = (password is null));

-- The list of accounts for staff, by name.
create index users_list on auth.users (search, id);

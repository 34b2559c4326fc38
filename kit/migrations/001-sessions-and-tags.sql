-- Sessions: opened by the auth fragments, read by the gateway. Only the hash of the cookie is stored: who reads the table
-- cannot sign in with it. Name and role are copied so that the gateway needs no table of another service.
create table sessions (
  hash       bytea primary key,
  handle     uuid not null unique,
  user_id    uuid not null,
  name       text not null,
  role       text not null check (role in ('customer', 'staff')),
  opened_at  timestamptz not null default now(),
  seen_at    timestamptz not null default now()
);
create index sessions_user on sessions (user_id);

-- Tags: what a fragment's answer is made of. The number is raised in the transaction that changes the thing itself, so a
-- page version made of these numbers can never claim that an old page is current.
create table tags (
  tag       text primary key,
  counter   bigint not null,
  raised_at timestamptz not null default now()
);
create sequence tag_counter;

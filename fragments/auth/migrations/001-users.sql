create schema auth;

-- Passwords are PHC strings ($argon2id$…), which carry their parameters: stronger ones replace them at the next sign-in.
create table auth.users (
  id         uuid primary key default gen_random_uuid(),
  email      text not null unique check (email = lower(email)),
  name       text not null,
  role       text not null check (role in ('customer', 'staff')),
  password   text not null,
  created_at timestamptz not null default now()
);

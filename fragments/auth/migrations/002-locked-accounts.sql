-- No password: an account that nobody can sign in to.
alter table auth.users alter column password drop not null;

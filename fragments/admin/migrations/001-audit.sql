create schema admin;

-- What happened, in the order in which we heard of it. Each row holds the hash of the one before it and its own, over all
-- of its columns (audit.ts): whoever changes, deletes, adds or moves one breaks the chain at that place.
create table admin.audit (
  -- 1, 2, 3, … without a gap.
  position    bigint primary key check (position > 0),
  event       uuid not null,
  type        text not null,
  -- The service that told it.
  source      text not null,
  subject     text not null,
  -- Milliseconds, as in JavaScript: the hash is over what is read back.
  happened_at timestamptz(3) not null,
  noted_at    timestamptz(3) not null,
  -- Whom the event names: who did it, or else whom it is about.
  actor       text,
  trace       text not null,
  -- json and not jsonb: the hash is over these very bytes.
  data        json not null,
  previous    bytea not null check (length(previous) = 32),
  hash        bytea not null check (length(hash) = 32),
  -- An id is its publisher's: under another's name it is another event.
  unique (source, event)
);
-- It is read in the order in which things happened, which we may have heard of in another.
create index audit_by_time on admin.audit (happened_at, position);
create index audit_by_type on admin.audit (type, happened_at, position);
create index audit_by_subject on admin.audit (subject, happened_at, position);
create index audit_by_actor on admin.audit (actor, happened_at, position) where actor is not null;

create function admin.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'The audit log only grows: % is refused.', lower(tg_op)
    using errcode = 'insufficient_privilege', hint = 'What is wrong in it is put right by a new event.';
end
$$;
create trigger only_grows before update or delete or truncate on admin.audit
  for each statement execute function admin.refuse_change();
-- Also for whoever says that they only replicate.
alter table admin.audit enable always trigger only_grows;

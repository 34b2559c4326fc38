create schema payments;

create table payments.payments (
  id          uuid primary key,
  user_id     uuid not null,
  amount      bigint not null check (amount > 0),
  currency    text not null,
  payee       text not null,
  description text not null,
  -- Payee and description without case and accents, to search in.
  search      text not null,
  state       text not null check (state in ('submitted', 'processing', 'completed', 'failed', 'cancelled')),
  -- Why it failed, for the person who sent it.
  reason      text,
  -- Milliseconds, as in JavaScript, so that a cursor made of it finds exactly this place again.
  created_at  timestamptz(3) not null default now(),
  -- When a worker shall take it up: the end of the time to cancel, then the end of the lease of who processes it.
  due_at      timestamptz(3),
  check ((due_at is not null) = (state in ('submitted', 'processing')))
);

-- The list, newest first. Searching reads it too: a person's payments are thousands, not millions.
create index payments_list on payments.payments (user_id, created_at desc, id desc);
create index payments_list_by_state on payments.payments (user_id, state, created_at desc, id desc);
-- The worker's queue: only what is under way, so it stays small.
create index payments_due on payments.payments (due_at) where due_at is not null;

-- What happened when. A payment enters a state once: two workers can never both move it.
create table payments.steps (
  payment_id uuid not null references payments.payments on delete cascade,
  state      text not null,
  at         timestamptz(3) not null default now(),
  primary key (payment_id, state)
);

-- Spent keys. A key is written in the transaction of its payment, so there is never one without the other.
create table payments.keys (
  user_id     uuid not null,
  key         text not null,
  fingerprint text not null,
  payment_id  uuid not null references payments.payments on delete cascade deferrable initially deferred,
  spent_at    timestamptz not null default now(),
  primary key (user_id, key)
);

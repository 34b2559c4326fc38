-- Money that came in: salaries, transfers, opening balances. Here a credit is never taken back.
create table payments.credits (
  id          uuid primary key,
  user_id     uuid not null,
  amount      bigint not null check (amount > 0),
  currency    text not null,
  -- Who it came from.
  source      text not null,
  description text not null,
  created_at  timestamptz(3) not null default now()
);
create index credits_by_user on payments.credits (user_id, currency) include (amount);

-- Balances and spending are sums over all payments of a person, read from this index alone.
create index payments_sums on payments.payments (user_id, state, currency, created_at) include (amount);

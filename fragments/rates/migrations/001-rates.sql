create schema rates;

-- One row a currency, against the euro. Rates are exact decimals, never floats.
create table rates.rates (
  currency   text primary key check (currency ~ '^[A-Z]{3}$'),
  name       text not null,
  mid        numeric(14, 6) not null check (mid > 0),
  yesterday  numeric(14, 6) not null check (yesterday > 0),
  as_of      timestamptz not null default now()
);

-- What each rate was when a day (UTC) ended. Today's is in rates.rates until its day is over.
create table rates.history (
  currency  text not null references rates.rates,
  day       date not null,
  mid       numeric(14, 6) not null check (mid > 0),
  primary key (currency, day)
);

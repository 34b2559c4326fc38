-- Feeds: what an MFE tells others that follow it. An entry is written in the transaction of what it tells of. Readers see
-- an entry only once no older transaction is open: otherwise one that commits late would be behind them, unread.
create table feed_entries (
  feed  text not null,
  xid   xid8 not null default pg_current_xact_id(),
  place bigint not null generated always as identity,
  at    timestamptz(3) not null default now(),
  data  jsonb not null,
  primary key (feed, xid, place)
);
create index feed_entries_by_age on feed_entries using brin (at);

-- How far a follower has come, written in the transaction of what it does with the entries.
create table feed_places (
  follower text not null,
  feed     text not null,
  cursor   text not null,
  primary key (follower, feed)
);

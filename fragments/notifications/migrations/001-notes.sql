create schema notifications;

-- What a person was told, in the words of that day.
create table notifications.notes (
  id      bigint generated always as identity primary key,
  user_id uuid not null,
  -- Names what it tells of: an event that is told again has no second effect.
  event   text not null,
  title   text not null,
  body    text not null,
  -- Where to see more about it.
  href    text not null,
  -- When it happened. Milliseconds, as in JavaScript, so that a cursor made of it finds exactly this place again.
  at      timestamptz(3) not null,
  read_at timestamptz(3),
  unique (user_id, event)
);
create index notes_newest_first on notifications.notes (user_id, at desc, id desc);
create index notes_unread on notifications.notes (user_id) where read_at is null;

-- Whose account was closed: what others tell about them later is not kept.
create table notifications.closed_accounts (
  user_id uuid primary key
);

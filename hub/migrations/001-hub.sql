create schema hub;

-- Orders the events of a subject: whoever publishes holds a lock on the thing itself, so later means larger.
create sequence hub.sequence;

-- Outbox: events that are not sent yet, written in the transaction of what they tell of. A row that was confirmed goes.
create table hub.outbox (
  sequence    bigint primary key default nextval('hub.sequence'),
  id          uuid not null unique,
  source      text not null,
  type        text not null,
  version     int not null,
  subject     text not null,
  time        timestamptz(3) not null,
  traceparent text not null,
  -- Not jsonb, which would order its keys anew.
  data        json not null,
  -- Why it was not taken last time, for operators.
  refusal     text
);
create index outbox_by_source on hub.outbox (source, sequence) include (type);
-- A kind that the hub does not take is tried with its oldest, however many wait behind it.
create index outbox_by_type on hub.outbox (source, type, sequence);

-- Inbox: what a consumer has done, written in the transaction of the effect. A redelivery finds its row and does nothing;
-- each replay is an occasion of its own.
create table hub.inbox (
  consumer text not null,
  source   text not null,
  event    uuid not null,
  replay   text not null default '',
  type     text not null,
  subject  text not null,
  sequence bigint not null,
  trace    text not null,
  at       timestamptz(3) not null default clock_timestamp(),
  -- An id is its publisher's: under another's name it is another event.
  primary key (consumer, source, event, replay)
);
create index inbox_by_subject on hub.inbox (consumer, subject, sequence);
create index inbox_by_age on hub.inbox using brin (at);

-- The embedded hub: every event once, in the order it was sent.
create table hub.log (
  position bigint primary key generated always as identity,
  source   text not null,
  id       uuid not null,
  type     text not null,
  subject  text not null,
  at       timestamptz(3) not null default clock_timestamp(),
  body     text not null,
  unique (source, id)
);
create index log_by_age on hub.log (at);

-- What consumers of the embedded hub have yet to do.
create table hub.queue (
  consumer text not null,
  position bigint not null generated always as identity,
  event    text not null,
  sender   text not null,
  replay   text not null default '',
  -- How often it has failed.
  attempt  int not null default 0,
  -- How often what it needs was away.
  waits    int not null default 0,
  -- How often it was handed out and did not come back: whoever held it died of it, perhaps.
  lost     int not null default 0,
  -- From when on it may be handed out: the end of a pause, or of the lease of whoever holds it.
  due_at   timestamptz(3) not null default clock_timestamp(),
  held     boolean not null default false,
  body     text not null,
  primary key (consumer, position)
);
create index queue_due on hub.queue (consumer, due_at, position);

-- Dead letters of the embedded hub, until somebody redrives them.
create table hub.dead (
  consumer text not null,
  position bigint not null generated always as identity,
  event    text not null,
  sender   text not null,
  replay   text not null default '',
  attempt  int not null,
  reason   text not null,
  at       timestamptz(3) not null default clock_timestamp(),
  body     text not null,
  primary key (consumer, position)
);

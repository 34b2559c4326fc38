create schema profile;

-- How to reach a person. Nothing is needed: an empty text is what they have not told.
create table profile.details (
  user_id    uuid primary key,
  phone      text not null default '',
  street     text not null default '',
  postcode   text not null default '',
  city       text not null default '',
  country    text not null default '',
  language   text not null default 'en',
  -- Counts the changes: who saves says which one they saw.
  version    int not null default 0,
  changed_at timestamptz(3),
  -- The account was closed: the details are gone for good, and the row stays to say so.
  closed     boolean not null default false
);

-- The event hub has taken over: what followers had not read yet is half a second of notes.
drop table feed_entries;
drop table feed_places;

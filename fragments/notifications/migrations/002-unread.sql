-- The bell of every page asks for the newest unread note of one person: by this index, not by reading the table backwards.
drop index notifications.notes_unread;
create index notes_unread on notifications.notes (user_id, id) where read_at is null;

-- Who had not yet heard of a closed account by the feed that was there before would keep what it holds about the person:
-- each is told of once more. Whoever has deleted it already finds nothing to delete.
insert into hub.outbox (id, source, type, version, subject, time, traceparent, data)
select gen_random_uuid(), 'auth', 'user.closed', 1, id::text, coalesce(state_at, clock_timestamp()),
  '00-' || md5(id::text) || '-' || left(md5(id::text), 16) || '-01', json_build_object('userId', id, 'role', role)
from auth.users where state = 'closed';

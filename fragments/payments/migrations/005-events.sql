-- The trace of the click that a payment came from: what happens to it later belongs to it, too.
alter table payments.payments add column trace text not null default replace(gen_random_uuid()::text, '-', '');

-- Who sends a payment hears of it by an event, and no longer looks for what is due: those under way get theirs now.
insert into hub.outbox (id, source, type, version, subject, time, traceparent, data)
select gen_random_uuid(), 'payments', 'payment.processing', 1, id::text, clock_timestamp(),
  '00-' || trace || '-' || left(trace, 16) || '-01',
  json_build_object('userId', user_id, 'amount', amount, 'currency', currency, 'payee', payee, 'reason', reason)
from payments.payments where state = 'processing';

alter table payments.payments drop constraint payments_check;
update payments.payments set due_at = null where state = 'processing';
alter table payments.payments add constraint due_while_submitted check ((due_at is not null) = (state = 'submitted'));

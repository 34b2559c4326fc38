-- The search of staff, over all customers, newest first, and their figures by state and for today.
create index payments_newest on payments.payments (created_at desc, id desc);
create index payments_newest_by_state on payments.payments (state, created_at desc, id desc);

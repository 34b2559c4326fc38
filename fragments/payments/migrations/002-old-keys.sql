-- To find old keys by. Keys are written in the order of time, for which a BRIN index is all that is needed.
create index keys_by_age on payments.keys using brin (spent_at);

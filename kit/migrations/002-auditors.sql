alter table sessions drop constraint sessions_role_check;
alter table sessions add check (role in ('customer', 'staff', 'auditor'));

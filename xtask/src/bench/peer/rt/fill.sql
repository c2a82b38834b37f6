-- A hundred thousand tickets for Request Tracker 5, each with its requestor, owner, four transactions and two texts, as its own interface
-- leaves them; one in a hundred is open. User 14 is root, 27 the first requestor that setup.sh makes.
\set n 100000
insert into tickets (id, effectiveid, queue, type, owner, subject, initialpriority, finalpriority, priority, timeestimated,
    timeworked, status, timeleft, starts, started, due, resolved, lastupdatedby, lastupdated, creator, created)
  select 1000 + g, 1000 + g, 1, 'ticket', 14,
    (array['Yazıcı çıktı vermiyor', 'İnternet bağlantısı kopuyor', 'Bilgisayar açılmıyor', 'Parola sıfırlansın'])[1 + g % 4]
      || ', ' || (g % 5) || '. kat',
    0, 0, 0, 0, 0, case when g % 100 = 0 then 'open' else 'resolved' end, 0, '1970-01-01', '1970-01-01', '1970-01-01', '1970-01-01',
    1, now() - ((:n - g) || ' minutes')::interval * 30, 1, now() - ((:n - g) || ' minutes')::interval * 30
  from generate_series(1, :n) g;
insert into principals (id, principaltype, disabled) select 1000000 + g, 'Group', 0 from generate_series(1, 2 * :n) g;
insert into groups (id, name, description, domain, instance, creator, created, lastupdatedby, lastupdated)
  select 1000000 + g, case when g % 2 = 0 then 'Requestor' else 'Owner' end, '', 'RT::Ticket-Role', 1000 + (g + 1) / 2, 1, now(), 1, now()
  from generate_series(1, 2 * :n) g;
insert into groupmembers (id, groupid, memberid, creator, created, lastupdatedby, lastupdated)
  select 1000000 + g, 1000000 + g, case when g % 2 = 0 then 27 else 14 end, 1, now(), 1, now() from generate_series(1, 2 * :n) g;
insert into cachedgroupmembers (id, groupid, memberid, via, immediateparentid, disabled)
  select 1000000 + 2 * g, 1000000 + g, 1000000 + g, 1000000 + 2 * g, 1000000 + g, 0 from generate_series(1, 2 * :n) g;
insert into cachedgroupmembers (id, groupid, memberid, via, immediateparentid, disabled)
  select 1000001 + 2 * g, 1000000 + g, case when g % 2 = 0 then 27 else 14 end, 1000001 + 2 * g, 1000000 + g, 0
  from generate_series(1, 2 * :n) g;
insert into transactions (id, objecttype, objectid, timetaken, type, field, oldvalue, newvalue, creator, created)
  select 1000000 + 4 * g + k, 'RT::Ticket', 1000 + g, 0, (array['Create', 'Status', 'Correspond', 'Status'])[k + 1],
    case when k in (1, 3) then 'Status' end, case when k = 1 then 'new' when k = 3 then 'open' end,
    case when k = 1 then 'open' when k = 3 then 'resolved' end, 1, now() - ((:n - g) || ' minutes')::interval * 30
  from generate_series(1, :n) g, generate_series(0, 3) k;
insert into attachments (id, transactionid, parent, contenttype, content, headers, creator, created, subject)
  select 1000000 + 2 * g + k, 1000000 + 4 * g + 2 * k, 0, 'text/plain',
    case when k = 0 then 'Yazici cikti vermiyor. Sabahtan beri boyle.' else 'Ayarlari yenilendi, denendi.' end,
    E'Content-Type: text/plain; charset="utf-8"\nX-RT-Original-Encoding: utf-8\n', 1, now(), 'Yazici'
  from generate_series(1, :n) g, generate_series(0, 1) k;
select setval('tickets_id_seq', 2000000), setval('principals_id_seq', 9000000), setval('groupmembers_id_seq', 9000000),
  setval('cachedgroupmembers_id_seq', 9000000), setval('transactions_id_seq', 9000000), setval('attachments_id_seq', 9000000);
vacuum analyze;

-- A shop with one open deal, a customer whose health was written down on two days, and a lead, as rows of step 051: before
-- the sums of the pipeline were kept by facet, the last score with the customer, and the words a lead is found by.
insert into shops (id, slug, name, kind, region, currency, timezone)
values ('00000000-0000-7000-8000-000000000001', 'before', 'Before', 'business', 'IN', 'INR', 'Asia/Kolkata');

insert into stages (shop_id, id, name, position, probability)
values ('00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-000000000002', 'New', 1, 10);

insert into opportunities (shop_id, id, name, stage_id, value, source, stage_since, stage_since_on, created_on)
values (
    '00000000-0000-7000-8000-000000000001',
    '00000000-0000-7000-8000-000000000003',
    'Desks',
    '00000000-0000-7000-8000-000000000002',
    500,
    'Fair',
    '2026-11-20 06:00+00',
    '2026-11-20',
    '2026-11-20'
);

insert into customers (shop_id, id, name, created_on)
values (
    '00000000-0000-7000-8000-000000000001',
    '00000000-0000-7000-8000-000000000004',
    'Asha',
    '2026-11-01'
);

insert into health_scores (shop_id, customer_id, scored_on, score)
values
('00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-000000000004', '2026-11-19', 40),
('00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-000000000004', '2026-11-20', 41);

insert into health_days (shop_id, scored_on, green, watch, red)
values
('00000000-0000-7000-8000-000000000001', '2026-11-19', 0, 0, 1),
('00000000-0000-7000-8000-000000000001', '2026-11-20', 0, 0, 1);

insert into leads (shop_id, id, name, company, created_on)
values (
    '00000000-0000-7000-8000-000000000001',
    '00000000-0000-7000-8000-000000000005',
    'Asha Rao',
    'Weiß GmbH',
    '2026-11-20'
);

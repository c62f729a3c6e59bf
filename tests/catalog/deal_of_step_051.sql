-- A shop with one open deal, as rows of the step before the sums of the pipeline were kept by facet.
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

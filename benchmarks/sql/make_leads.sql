-- Made-up leads over three years up to a day: six of ten active, some converted, from eight sources, of twenty people.
insert into leads (
    shop_id, id, ref, name, company, job_title, phone, email, city, source, quality, status, assigned_to, created_on,
    converted_on
)
select
    :shop_id,
    cast(md5(cast(:shop_id as text) || 'lead' || nth) as uuid),
    'L' || nth,
    (array['Asha', 'Bilal', 'Chitra', 'Dev', 'Esha', 'Farhan', 'Gita', 'Hari', 'Isha', 'Jai'])[1 + nth % 10]
    || ' '
    || (array['Rao', 'Khan', 'Nair', 'Patil', 'Joshi', 'Mehta', 'Shah', 'Iyer', 'Das', 'Roy'])[1 + nth / 10 % 10]
    || ' '
    || to_char(nth * 7919 % 100000, 'FM00000'),
    case when nth % 3 > 0 then 'Works ' || nth * 31 % 50000 end,
    case when nth % 4 > 0 then 'Owner' end,
    '+91' || 9000000000 + nth,
    case when nth % 2 > 0 then 'lead' || nth || '@example.org' end,
    (array['Pune', 'Mumbai', 'Nagpur', 'Nashik'])[1 + nth % 4],
    (array['Website', 'Fair', 'Referral', 'Cold call', 'Advert', 'Walk-in', 'Partner', null])[1 + nth / 7 % 8],
    (array['hot', 'warm', 'cold', null])[1 + nth / 3 % 4],
    told.status,
    case when nth % 5 > 0 then (cast(:reps as uuid[]))[1 + nth % cardinality(cast(:reps as uuid[]))] end,
    cast(:today as date) - cast(nth * 7919 % 1095 as integer),
    case when told.status = 'converted' then cast(:today as date) - cast(nth * 7919 % 1095 as integer) / 2 end
from generate_series(1, cast(:leads as bigint)) as nth
cross join lateral (
    select
        (array[
            'new', 'contacted', 'qualified', 'new', 'contacted', 'qualified', 'unqualified', 'unqualified', 'converted',
            'converted'
        ])[1 + nth / 11 % 10] as status
) as told

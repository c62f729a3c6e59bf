-- Tables whose policy own_records does not say what it must: that staff who see their own records only reach what hangs on
-- their customers, and what hangs on none when it is theirs (by `me`, the person the gate named, as PostgreSQL tells it).
-- What they may write is what they reach, but for a few.
with

-- what hangs on no customer is theirs by
theirs (name, mine) as (
    values
    ('activities', '(staff_id = <me>)'),
    ('messages', '(created_by = <me>)'),
    ('orders', '((<me> = rep_id) OR (<me> = created_by))')
),

parts (name, parent, key) as (
    values
    ('order_items', 'orders', 'order_id'),
    ('visit_products', 'visits', 'visit_id'),
    ('lead_scores', 'leads', 'lead_id'),
    ('lead_taggings', 'leads', 'lead_id'),
    ('lead_words', 'leads', 'lead_id'),
    ('opportunity_items', 'opportunities', 'opportunity_id'),
    ('stage_changes', 'opportunities', 'opportunity_id'),
    ('opportunity_taggings', 'opportunities', 'opportunity_id'),
    ('phones', 'contact_people', 'contact_person_id'),
    ('emails', 'contact_people', 'contact_person_id')
),

others (name, wanted) as (
    values
    ('customers', '((rep_id IS NULL) OR (rep_id = <me>))'),
    ('contacts', '(assigned_to = <me>)'),
    ('digests', '(staff_id = <me>)'),
    (
        'follow_ups',
        'CASE WHEN (opportunity_id IS NOT NULL) THEN <its opportunity> WHEN (customer_id IS NOT NULL) THEN <theirs>'
        || ' WHEN (contact_id IS NOT NULL) THEN <given to them> WHEN (lead_id IS NOT NULL) THEN <its lead>'
        || ' ELSE ((assigned_to IS NULL) OR ((<me> = assigned_to) OR (<me> = created_by))) END'
    ),
    (
        'interactions',
        'CASE WHEN (opportunity_id IS NOT NULL) THEN <its opportunity> WHEN (customer_id IS NOT NULL) THEN <theirs>'
        || ' WHEN (contact_id IS NOT NULL) THEN <given to them> WHEN (lead_id IS NOT NULL) THEN <its lead>'
        || ' ELSE ((<me> = handled_by) OR (<me> = created_by)) END'
    ),
    (
        'notes',
        'CASE WHEN (opportunity_id IS NOT NULL) THEN <its opportunity> WHEN (customer_id IS NOT NULL) THEN <theirs>'
        || ' ELSE <its lead> END'
    ),
    ('leads', '((assigned_to IS NULL) OR (assigned_to = <me>))'),
    (
        'opportunities',
        'CASE WHEN (rep_id IS NOT NULL) THEN (rep_id = <me>) WHEN (customer_id IS NOT NULL) THEN <theirs> ELSE true END'
    ),
    ('targets', '((rep_id IS NULL) OR (rep_id = <me>))'),
    ('reports', '(is_shared OR (created_by = <me>))'),
    ('notifications', '((staff_id = <me>) AND ((customer_id IS NULL) OR <theirs>))'),
    ('import_rows', 'false'),
    ('activity_chain', 'false')
),

written (name, wanted) as (
    values
    ('notifications', '((customer_id IS NULL) OR <theirs>)'),
    (
        'activities',
        'CASE WHEN (customer_id IS NULL) THEN (staff_id = <me>) ELSE (<theirs> OR (EXISTS ( SELECT 1 FROM opportunities'
        || ' WHERE ((opportunities.shop_id = activities.shop_id)'
        || ' AND (opportunities.customer_id = activities.customer_id)'
        || ' AND (opportunities.id = CASE WHEN (activities.subject = ''opportunity''::text) THEN activities.subject_id'
        || ' ELSE ((activities.detail ->> ''opportunity_id''::text))::uuid END))))) END'
    )
),

guarded as (

    select
        cast(pg_class.relname as text) as name,
        coalesce(parts.parent, 'customers') as parent,
        coalesce(parts.key, 'customer_id') as key,
        coalesce(
            others.wanted,
            'CASE WHEN (customer_id IS NULL) THEN ' || theirs.mine || ' ELSE <theirs> END',
            '<theirs>'
        ) as wanted,
        written.wanted as wanted_to_write
    from pg_class
    left join theirs on pg_class.relname = theirs.name
    left join parts on pg_class.relname = parts.name
    left join others on pg_class.relname = others.name
    left join written on pg_class.relname = written.name
    where
        pg_class.relkind in ('r', 'p')
        and pg_class.relnamespace = cast('public' as regnamespace)
        and (
            parts.name is not null
            or others.name is not null
            or exists (
                select 1
                from pg_attribute
                where
                    pg_attribute.attrelid = pg_class.oid
                    and pg_attribute.attname in ('customer_id', 'contact_id', 'lead_id', 'opportunity_id')
            )
        )

),

-- of what is reached and what is written, in that order
worded as (

    select
        guarded.name,
        ways.way,
        replace(
            replace(
                replace(
                    replace(
                        replace(ways.wanted, '<theirs>', format(exist, parent, guarded.name, key)),
                        '<given to them>',
                        format(exist, 'contacts', guarded.name, 'contact_id')
                    ),
                    '<its opportunity>',
                    format(exist, 'opportunities', guarded.name, 'opportunity_id')
                ),
                '<its lead>',
                format(exist, 'leads', guarded.name, 'lead_id')
            ),
            '<me>',
            :me
        ) as wanted
    from guarded
    cross join lateral (
        values
        (1, guarded.wanted),
        (2, guarded.wanted_to_write)
    ) as ways (way, wanted)
    cross join (
        values ('(EXISTS ( SELECT 1 FROM %1$s WHERE ((%1$s.shop_id = %2$s.shop_id) AND (%1$s.id = %2$s.%3$s))))')
    ) as forms (exist)

),

expected as (

    select
        name,
        array_agg(wanted order by way) as wanted
    from worded
    group by name

),

found as (

    select
        tablename,
        array[
            trim(regexp_replace(qual, '\s+', ' ', 'g')),
            trim(regexp_replace(with_check, '\s+', ' ', 'g'))
        ] as told
    from pg_policies
    where
        schemaname = 'public'
        and policyname = 'own_records'
        and permissive = 'RESTRICTIVE'
        and cmd = 'ALL'
        and roles = cast('{regulars_own}' as name [])

)

select expected.name
from expected
left join found on expected.name = found.tablename
where found.told is distinct from expected.wanted
order by expected.name

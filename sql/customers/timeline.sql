-- What happened with one customer, newest first: the lines of the timeline; their orders and visits that have no line of
-- their own (they came in a file); and how they came on file, where no line says so. A sale, a visit and a talk stand at
-- the time they were made. What happened while they were a lead is part of it. `part`: "sales", "visits", "talk", "changes" or "important"; null for all.
with

as_lead as (

    select id
    from leads
    where
        shop_id = :shop_id
        and customer_id = :customer_id

),

subjects_as_lead as (

    select id
    from as_lead

    union all

    select id
    from interactions
    where
        shop_id = :shop_id
        and lead_id in (select id from as_lead)

    union all

    select id
    from notes
    where
        shop_id = :shop_id
        and lead_id in (select id from as_lead)

    union all

    select id
    from follow_ups
    where
        shop_id = :shop_id
        and lead_id in (select id from as_lead)

),

told as (

    select activities.*
    from activities
    where
        activities.shop_id = :shop_id
        and activities.customer_id = :customer_id

    union all

    select activities.*
    from subjects_as_lead
    inner join activities
        on
            activities.shop_id = :shop_id
            and subjects_as_lead.id = activities.subject_id
            and activities.customer_id is null

),

noted as (

    select
        told.id,
        case told.what
            when 'sale recorded' then coalesce(orders.ordered_at, told.at)
            when 'return recorded' then coalesce(orders.ordered_at, told.at)
            when 'visit recorded' then coalesce(visits.visited_at, told.at)
            when 'interaction recorded' then coalesce(interactions.happened_at, told.at)
            when 'review given' then coalesce(reviews.given_at, told.at)
            else told.at
        end as at,
        told.staff_id,
        told.via,
        told.what,
        told.subject,
        told.subject_id,
        told.detail,
        told.is_important,
        orders.id as order_id,
        orders.number,
        orders.total,
        orders.status,
        cast(null as uuid) as import_id
    from told
    left join orders
        on
            told.shop_id = orders.shop_id
            and told.subject_id = orders.id
            and told.subject = 'order'
    left join visits
        on
            told.shop_id = visits.shop_id
            and told.subject_id = visits.id
            and visits.customer_id = :customer_id
            and told.subject = 'visit'
    left join interactions
        on
            told.shop_id = interactions.shop_id
            and told.subject_id = interactions.id
            and interactions.customer_id = :customer_id
            and told.subject = 'interaction'
    left join reviews
        on
            told.shop_id = reviews.shop_id
            and told.subject_id = reviews.id
            and reviews.customer_id = :customer_id
            and told.subject = 'review'
),

orders_without_line as (

    select
        orders.id,
        orders.ordered_at,
        orders.created_by,
        'import',
        case when orders.is_return then 'return recorded' else 'sale recorded' end,
        'order',
        orders.id,
        cast('{}' as jsonb),
        false,
        orders.id,
        orders.number,
        orders.total,
        orders.status,
        orders.import_id
    from orders
    where
        orders.shop_id = :shop_id
        and orders.customer_id = :customer_id
        and not exists (
            select 1
            from activities
            where
                activities.shop_id = :shop_id
                and activities.subject_id = orders.id
                and activities.customer_id = :customer_id
                and activities.what in ('sale recorded', 'return recorded')
        )

),

visits_without_line as (

    select
        visits.id,
        visits.visited_at,
        visits.created_by,
        case when visits.from_sales then 'sales on file' else 'import' end,
        'visit recorded',
        'visit',
        visits.id,
        cast('{}' as jsonb),
        false,
        cast(null as uuid),
        cast(null as text),
        cast(null as numeric),
        cast(null as text),
        visits.import_id
    from visits
    where
        visits.shop_id = :shop_id
        and visits.customer_id = :customer_id
        and not exists (
            select 1
            from activities
            where
                activities.shop_id = :shop_id
                and activities.subject_id = visits.id
                and activities.what = 'visit recorded'
        )

),

arrival_without_line as (

    select
        customers.id,
        customers.created_at,
        customers.created_by,
        'import',
        'customer added',
        'customer',
        customers.id,
        cast('{}' as jsonb),
        false,
        cast(null as uuid),
        cast(null as text),
        cast(null as numeric),
        cast(null as text),
        customers.import_id
    from customers
    where
        customers.shop_id = :shop_id
        and customers.id = :customer_id
        and not exists (
            select 1
            from activities
            where
                activities.shop_id = :shop_id
                and activities.customer_id = :customer_id
                and activities.what = 'customer added'
        )

),

lines as (

    select * from noted
    union all
    select * from orders_without_line
    union all
    select * from visits_without_line
    union all
    select * from arrival_without_line

),

sorted as (

    select
        *,
        case
            when order_id is not null then 'sales'
            when subject = 'visit' then 'visits'
            when subject in ('interaction', 'note', 'attachment', 'review', 'follow-up', 'message') then 'talk'
            else 'changes'
        end as part
    from lines

),

page as (

    select *
    from sorted
    where
        cast(:part as text) is null
        or part = cast(:part as text)
        or (cast(:part as text) = 'important' and is_important)
    order by
        at desc,
        id desc
    limit :most
    offset :skipped

)

select
    page.id,
    page.at,
    page.via,
    page.what,
    page.subject,
    page.detail,
    page.is_important,
    page.order_id,
    page.number,
    page.total,
    page.status,
    memberships.name as staff_name,
    imports.file_name,
    case
        when page.what in ('sale recorded', 'return recorded')
            then (
                select string_agg(order_items.product_name, ', ' order by order_items.position)
                from order_items
                where
                    order_items.shop_id = :shop_id
                    and order_items.order_id = page.order_id
                    and order_items.position <= 5
            )
    end as bought,
    case page.what
        when 'visit recorded'
            then (
                select
                    to_jsonb(visits) || jsonb_build_object(
                        'products',
                        array(
                            select visit_products.product_name
                            from visit_products
                            where
                                visit_products.shop_id = visits.shop_id
                                and visit_products.visit_id = visits.id
                            order by visit_products.product_name
                        )
                    )
                from visits
                where
                    visits.shop_id = :shop_id
                    and visits.id = page.subject_id
            )
        when 'interaction recorded'
            then (
                select to_jsonb(interactions)
                from interactions
                where
                    interactions.shop_id = :shop_id
                    and interactions.id = page.subject_id
            )
        when 'note added'
            then (
                select to_jsonb(notes)
                from notes
                where
                    notes.shop_id = :shop_id
                    and notes.id = page.subject_id
            )
        when 'review given'
            then (
                select to_jsonb(reviews)
                from reviews
                where
                    reviews.shop_id = :shop_id
                    and reviews.id = page.subject_id
            )
    end as now_says
from page
left join memberships
    on
        memberships.shop_id = :shop_id
        and memberships.staff_id = page.staff_id
left join imports
    on
        imports.shop_id = :shop_id
        and imports.id = page.import_id
order by
    page.at desc,
    page.id desc

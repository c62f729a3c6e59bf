-- What happened with one customer, newest first: the lines of the timeline; their orders that have no line of their own
-- (they came in a file); and how they came on file, where no line says so. A sale stands at the time it was made.
-- `part`: "sales" for orders only, "changes" for everything else, null for both.
with

noted as (

    select
        activities.id,
        case
            when activities.what in ('sale recorded', 'return recorded') then coalesce(orders.ordered_at, activities.at)
            else activities.at
        end as at,
        activities.staff_id,
        activities.via,
        activities.what,
        activities.subject_id,
        activities.detail,
        activities.is_important,
        orders.id as order_id,
        orders.number,
        orders.total,
        orders.status,
        cast(null as uuid) as import_id
    from activities
    left join orders
        on
            activities.shop_id = orders.shop_id
            and activities.subject_id = orders.id
            and activities.subject = 'order'
    where
        activities.shop_id = :shop_id
        and activities.customer_id = :customer_id

),

orders_without_line as (

    select
        orders.id,
        orders.ordered_at,
        orders.created_by,
        'import',
        case when orders.is_return then 'return recorded' else 'sale recorded' end,
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

arrival_without_line as (

    select
        customers.id,
        customers.created_at,
        customers.created_by,
        'import',
        'customer added',
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
    select * from arrival_without_line

),

page as (

    select *
    from lines
    where
        cast(:part as text) is null
        or (order_id is not null) = (cast(:part as text) = 'sales')
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
    end as bought
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

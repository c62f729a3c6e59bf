-- What happened last in the shop, newest first, with whom it was: the end of one index. Nothing of hidden customers.
-- Only the last 1,000 lines are looked at, so that a rare kind costs no more. `part` as in customers/timeline.
with

last_lines as (

    select
        id,
        at,
        staff_id,
        via,
        what,
        subject,
        subject_id,
        customer_id,
        detail,
        is_important,
        case
            when subject = 'order' then 'sales'
            when subject = 'visit' then 'visits'
            when subject in ('interaction', 'note', 'attachment', 'review', 'follow-up', 'message') then 'talk'
            else 'changes'
        end as part
    from activities
    where shop_id = :shop_id
    order by id desc
    limit 1000

),

page as (

    select
        last_lines.*,
        customers.name,
        customers.company_name,
        customers.phone,
        customers.external_ref
    from last_lines
    left join customers
        on
            customers.shop_id = :shop_id
            and customers.id = last_lines.customer_id
    where
        customers.hidden_at is null
        and (
            cast(:part as text) is null
            or last_lines.part = cast(:part as text)
            or (cast(:part as text) = 'important' and last_lines.is_important)
        )
    order by
        last_lines.at desc,
        last_lines.id desc
    limit :most

)

select
    page.id,
    page.at,
    page.via,
    page.what,
    page.subject,
    page.detail,
    page.is_important,
    page.customer_id,
    page.name,
    page.company_name,
    page.phone,
    page.external_ref,
    orders.id as order_id,
    orders.number,
    orders.total,
    orders.status,
    memberships.name as staff_name,
    cast(null as text) as file_name,
    cast(null as text) as bought,
    cast(null as jsonb) as now_says
from page
left join orders
    on
        orders.shop_id = :shop_id
        and orders.id = page.subject_id
        and page.subject = 'order'
left join memberships
    on
        memberships.shop_id = :shop_id
        and memberships.staff_id = page.staff_id
order by
    page.at desc,
    page.id desc

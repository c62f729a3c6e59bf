-- Contacts converted by an order that goes, or is no sale again, are what they would be without it: converted by the next
-- purchase that came on file since they did, or else as they were before.
with

unsold as (

    select
        contacts.id,
        contacts.customer_id,
        contacts.created_at,
        contacts.touches,
        contacts.did_not_buy_on
    from undo_subjects
    inner join contacts
        on
            contacts.shop_id = :shop_id
            and undo_subjects.subject_id = contacts.converted_order_id
    where
        undo_subjects.subject = 'order'
        and undo_subjects.kept is null
        and (
            undo_subjects.is_new
            or undo_subjects.before -> 'order' ->> 'status' <> 'completed'
        )

),

instead as (

    select distinct on (unsold.id)
        unsold.id,
        orders.id as order_id,
        orders.ordered_at,
        orders.ordered_on
    from unsold
    inner join orders
        on
            orders.shop_id = :shop_id
            and unsold.customer_id = orders.customer_id
    where
        orders.status = 'completed'
        and not orders.is_return
        and orders.created_at >= unsold.created_at
        and orders.id not in (
            select subject_id
            from undo_subjects
            where
                subject = 'order'
                and kept is null
        )
    order by
        unsold.id,
        orders.ordered_at,
        orders.id

)

update contacts
set
    status = case
        when instead.order_id is not null then 'converted'
        when unsold.did_not_buy_on is not null then 'yellow'
        when unsold.touches > 0 then 'contacted'
        else 'pending'
    end,
    converted_order_id = instead.order_id,
    converted_at = instead.ordered_at,
    converted_on = instead.ordered_on,
    updated_at = :now,
    updated_by = :staff_id
from unsold
left join instead on unsold.id = instead.id
where
    contacts.shop_id = :shop_id
    and contacts.id = unsold.id

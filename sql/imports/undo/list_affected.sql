-- Whoever has an order that goes or changes back, whoever gets one back, and whoever may go.
insert into undo_customers (customer_id)
select subject_id
from undo_subjects
where
    subject = 'customer'
    and is_new
    and kept is null
union
select orders.customer_id
from undo_subjects
inner join orders
    on
        orders.shop_id = :shop_id
        and undo_subjects.subject_id = orders.id
where
    undo_subjects.subject = 'order'
    and undo_subjects.kept is null
    and orders.customer_id is not null
union
select visits.customer_id
from undo_subjects
inner join visits
    on
        visits.shop_id = :shop_id
        and undo_subjects.subject_id = visits.id
where
    undo_subjects.subject = 'visit'
    and undo_subjects.kept is null
union
select cast(before -> 'order' ->> 'customer_id' as uuid)
from undo_subjects
where
    subject = 'order'
    and kept is null
    and before -> 'order' ->> 'customer_id' is not null

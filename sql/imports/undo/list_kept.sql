-- What stays as it is, named as a person knows it, and why.
select
    undo_subjects.subject,
    undo_subjects.subject_id,
    coalesce(orders.number, customers.name, customers.phone, customers.external_ref, products.name, 'gone') as name,
    undo_subjects.kept as reason
from undo_subjects
left join orders
    on
        orders.shop_id = :shop_id
        and undo_subjects.subject_id = orders.id
left join customers
    on
        customers.shop_id = :shop_id
        and undo_subjects.subject_id = customers.id
left join products
    on
        products.shop_id = :shop_id
        and undo_subjects.subject_id = products.id
where
    undo_subjects.kept is not null
    and undo_subjects.subject <> 'lead'
order by
    undo_subjects.subject,
    name

-- What stays as it is, named as a person knows it, and why.
select
    undo_subjects.subject,
    undo_subjects.subject_id,
    coalesce(
        orders.number,
        customers.name,
        customers.phone,
        customers.external_ref,
        products.name,
        contacts.name,
        contacts.phone,
        opportunities.name,
        leads.name,
        leads.company,
        leads.ref,
        leads.phone,
        leads.email,
        nullif(concat_ws(' on ', coalesce(visitors.name, visitors.phone, visitors.external_ref), visits.visited_on), ''),
        'gone'
    ) as name,
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
left join contacts
    on
        contacts.shop_id = :shop_id
        and undo_subjects.subject_id = contacts.id
left join leads
    on
        leads.shop_id = :shop_id
        and undo_subjects.subject_id = leads.id
left join opportunities
    on
        opportunities.shop_id = :shop_id
        and undo_subjects.subject_id = opportunities.id
left join visits
    on
        visits.shop_id = :shop_id
        and undo_subjects.subject_id = visits.id
left join customers as visitors
    on
        visitors.shop_id = :shop_id
        and visits.customer_id = visitors.id
where
    undo_subjects.kept is not null
    and undo_subjects.subject <> 'activation'
order by
    undo_subjects.subject,
    name

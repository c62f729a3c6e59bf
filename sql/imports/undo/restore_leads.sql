-- Customers whom the import made active are leads again, unless they bought something else, came by or had a deal won.
update customers
set status = 'lead'
from undo_subjects
where
    customers.shop_id = :shop_id
    and customers.id = undo_subjects.subject_id
    and undo_subjects.subject = 'activation'
    and customers.status = 'active'
    and customers.order_count = 0
    and customers.visit_count = 0
    and not exists (
        select 1
        from opportunities
        where
            opportunities.shop_id = :shop_id
            and opportunities.customer_id = customers.id
            and opportunities.status = 'won'
    )

-- Who may be a sales rep now, and who is none any more but still has customers; by name, those who sell first.
select
    memberships.staff_id,
    memberships.name,
    memberships.sells and memberships.is_active as sells_now
from memberships
where
    memberships.shop_id = :shop_id
    and (
        (memberships.sells and memberships.is_active)
        or exists (
            select 1
            from customers
            where
                customers.shop_id = :shop_id
                and customers.rep_id = memberships.staff_id
        )
    )
order by
    sells_now desc,
    memberships.name

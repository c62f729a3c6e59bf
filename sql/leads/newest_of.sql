-- The newest lead that each of these people has; ids are ordered by time.
select
    among.staff_id,
    newest.id as newest
from unnest(cast(:among as uuid[])) as among (staff_id)
left join lateral (
    select of_status.id
    from (
        values
        ('new'),
        ('contacted'),
        ('qualified'),
        ('unqualified'),
        ('converted')
    ) as statuses (status)
    cross join lateral (
        select leads.id
        from leads
        where
            leads.shop_id = :shop_id
            and leads.assigned_to = among.staff_id
            and leads.status = statuses.status
        order by leads.id desc
        limit 1
    ) as of_status
    order by of_status.id desc
    limit 1
) as newest on true

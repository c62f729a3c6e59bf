-- People who joined the team because the file named them sell no more, if nobody changed them since, they can't sign in,
-- and nothing is theirs.
update memberships
set
    sells = false,
    is_active = false,
    updated_at = :now,
    updated_by = :staff_id
from
    imports,
    staff
where
    memberships.shop_id = :shop_id
    and imports.shop_id = :shop_id
    and imports.id = :import_id
    and memberships.staff_id = staff.id
    and staff.login is null
    and memberships.created_at = imports.created_at
    and memberships.updated_at = imports.created_at
    and memberships.staff_id not in (
        select opportunities.rep_id
        from opportunities
        where
            opportunities.shop_id = :shop_id
            and opportunities.rep_id is not null
        union all
        select leads.assigned_to
        from leads
        where
            leads.shop_id = :shop_id
            and leads.assigned_to is not null
        union all
        select customers.rep_id
        from customers
        where
            customers.shop_id = :shop_id
            and customers.rep_id is not null
    )

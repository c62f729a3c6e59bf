-- People named in the file who once came with a file, can't sign in and were switched off since: they sell again.
update memberships
set
    sells = true,
    is_active = true,
    updated_at = :now,
    updated_by = :staff_id
from
    sheet_people,
    staff
where
    memberships.shop_id = :shop_id
    and memberships.staff_id = sheet_people.staff_id
    and memberships.staff_id = staff.id
    and staff.login is null
    and not memberships.is_active

-- Give each of these leads to one person, or to nobody.
update leads
set
    assigned_to = given.given_to,
    assigned_at = case when given.given_to is not null then cast(:at as timestamptz) end,
    updated_at = cast(:at as timestamptz),
    updated_by = cast(:staff_id as uuid)
from unnest(
    cast(:lead_ids as uuid[]),
    cast(:given_to as uuid[])
) as given (lead_id, given_to)
where
    leads.shop_id = :shop_id
    and leads.id = given.lead_id

-- Who is to get a morning mail now: everybody at work who gave an address and wants one, and got none today. A mail that
-- failed may go again after a while, unless it was tried often enough.
select
    memberships.staff_id,
    memberships.name,
    memberships.email
from memberships
left join digests
    on
        memberships.shop_id = digests.shop_id
        and memberships.staff_id = digests.staff_id
        and digests.day = :day
where
    memberships.shop_id = :shop_id
    and memberships.is_active
    and memberships.wants_digest
    and memberships.email is not null
    and (
        digests.day is null
        or (
            digests.status = 'failed'
            and digests.tries < :most_tries
            and digests.tried_at <= :tried_before
        )
    )
order by
    coalesce(digests.tries, 0),
    memberships.staff_id

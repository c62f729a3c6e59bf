-- Keep the scores of these leads as worked out today, in place of other ones of today.
insert into lead_scores (shop_id, lead_id, scored_on, engagement, fit, activity, how, created_at, created_by)
select
    leads.shop_id,
    leads.id,
    cast(:today as date),
    leads.engagement,
    leads.fit,
    leads.activity,
    'computed',
    cast(:now as timestamptz),
    cast(:staff_id as uuid)
from leads
where
    leads.shop_id = :shop_id
    and leads.id = any(cast(:lead_ids as uuid[]))
on conflict (shop_id, lead_id, scored_on) do update
set
    engagement = excluded.engagement,
    fit = excluded.fit,
    activity = excluded.activity,
    how = excluded.how,
    created_at = excluded.created_at,
    created_by = excluded.created_by

-- Scores of the leads of a demo shop, day by day; the latest stands on the lead.
with

given as (

    select *
    from jsonb_to_recordset(cast(:rows as jsonb)) as told (
        lead_id uuid,
        engagement smallint,
        fit smallint,
        activity smallint,
        at timestamptz,
        "on" date,
        by uuid
    )

),

kept as (

    insert into lead_scores (shop_id, lead_id, scored_on, engagement, fit, activity, how, created_at, created_by)
    select distinct on (given.lead_id, given."on")
        :shop_id,
        leads.id,
        given."on",
        given.engagement,
        given.fit,
        given.activity,
        'typed',
        given.at,
        given.by
    from given
    inner join leads
        on
            leads.shop_id = :shop_id
            and given.lead_id = leads.id
    order by
        given.lead_id,
        given."on",
        given.at desc
    on conflict do nothing
    returning
        lead_id,
        scored_on,
        engagement,
        fit,
        activity

),

latest as (

    select distinct on (lead_id)
        lead_id,
        engagement,
        fit,
        activity
    from kept
    order by
        lead_id,
        scored_on desc

)

update leads
set
    engagement = latest.engagement,
    fit = latest.fit,
    activity = latest.activity
from latest
where
    leads.shop_id = :shop_id
    and leads.id = latest.lead_id

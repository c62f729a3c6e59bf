-- Scores of leads, worked out from what is on file; those that come out otherwise than they are, are written, and kept as
-- today's in place of other ones of today.
--
-- Engagement: of the talk within 90 days, 20 for each they answered or began, 5 for each other try, 20 more for a meeting;
-- 100 at most. Fit: the share in percent of what is known and wanted: a company, a job title, a phone number with an e-mail
-- address, and, where the shop names any, a wanted city and a wanted source. Activity: 100 on the day of the last talk and 2
-- less for each day since; 0 without any. Converted leads and those who are not qualified keep their scores.
-- lead_ids: only these, null for all; typed_too: also those whose latest score a person typed.
with

wanted as (

    select
        leads.id,
        leads.company,
        leads.job_title,
        leads.phone,
        leads.email,
        leads.city,
        leads.source,
        leads.engagement,
        leads.fit,
        leads.activity,
        latest.how
    from leads
    left join lateral (
        select lead_scores.how
        from lead_scores
        where
            lead_scores.shop_id = :shop_id
            and lead_scores.lead_id = leads.id
        order by lead_scores.scored_on desc
        limit 1
    ) as latest on true
    where
        leads.shop_id = :shop_id
        and leads.status in ('new', 'contacted', 'qualified')
        and (
            cast(:lead_ids as uuid[]) is null
            or leads.id = any(cast(:lead_ids as uuid[]))
        )
        and (
            cast(:typed_too as boolean)
            or coalesce(latest.how, 'computed') = 'computed'
        )

),

talk as (

    select
        interactions.lead_id,
        count(*) filter (where is_recent and is_answered) as answered,
        count(*) filter (where is_recent and not is_answered) as tried,
        coalesce(bool_or(is_recent and kind = 'meeting'), false) as met,
        max(happened_on) as last_on
    from interactions
    inner join wanted on interactions.lead_id = wanted.id
    cross join lateral (
        select
            interactions.happened_on > cast(:today as date) - 90 as is_recent,
            interactions.kind = 'meeting'
            or coalesce(interactions.direction, 'out') = 'in'
            or coalesce(interactions.outcome, 'No answer') <> 'No answer' as is_answered
    ) as told
    where interactions.shop_id = :shop_id
    group by interactions.lead_id

),

criteria as (

    select
        id,
        cast(company is not null as integer)
        + cast(job_title is not null as integer)
        + cast(phone is not null and email is not null as integer)
        + cast(coalesce(lower(city) = any(cast(:cities as text[])), false) as integer)
        + cast(coalesce(lower(source) = any(cast(:sources as text[])), false) as integer) as met,
        3
        + cast(cardinality(cast(:cities as text[])) > 0 as integer)
        + cast(cardinality(cast(:sources as text[])) > 0 as integer) as asked
    from wanted

),

scored as (

    select
        wanted.id,
        cast(
            least(
                100,
                20 * coalesce(talk.answered, 0) + 5 * coalesce(talk.tried, 0) + case when talk.met then 20 else 0 end
            ) as smallint
        ) as engagement,
        cast(round(100.0 * criteria.met / criteria.asked) as smallint) as fit,
        cast(greatest(0, 100 - 2 * coalesce(cast(:today as date) - talk.last_on, 50)) as smallint) as activity
    from wanted
    inner join criteria on wanted.id = criteria.id
    left join talk on wanted.id = talk.lead_id

),

changed as (

    select scored.*
    from scored
    inner join wanted on scored.id = wanted.id
    where
        scored.engagement is distinct from wanted.engagement
        or scored.fit is distinct from wanted.fit
        or scored.activity is distinct from wanted.activity
        or wanted.how is distinct from 'computed'

),

kept as (

    insert into lead_scores (shop_id, lead_id, scored_on, engagement, fit, activity, how, created_at, created_by)
    select
        :shop_id,
        id,
        cast(:today as date),
        engagement,
        fit,
        activity,
        'computed',
        cast(:now as timestamptz),
        cast(:staff_id as uuid)
    from changed
    on conflict (shop_id, lead_id, scored_on) do update
    set
        engagement = excluded.engagement,
        fit = excluded.fit,
        activity = excluded.activity,
        how = excluded.how,
        created_at = excluded.created_at,
        created_by = excluded.created_by

)

update leads
set
    engagement = changed.engagement,
    fit = changed.fit,
    activity = changed.activity
from changed
where
    leads.shop_id = :shop_id
    and leads.id = changed.id
returning
    leads.id,
    leads.engagement,
    leads.fit,
    leads.activity

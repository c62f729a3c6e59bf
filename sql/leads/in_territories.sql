-- Which territory each of these leads is in: the first, by position, one of whose patterns is the lead's city or source,
-- or the beginning of its postcode; or none. However they are spelt: letters and digits count. With which one is noted on
-- it so far, and who has the territory, if they are at work.
with

patterns as materialized (

    select
        territories.id as territory_id,
        territories.rep_id,
        territories.position,
        territories.field,
        nullif(letter_key(named.pattern), '') as letters
    from territories
    cross join unnest(territories.patterns) as named (pattern)
    where territories.shop_id = :shop_id

),

lengths as (

    select distinct length(letters) as length
    from patterns
    where field = 'postcode'

),

asked as (

    select
        id as lead_id,
        territory_id as noted,
        city,
        source,
        postcode
    from leads
    where
        shop_id = :shop_id
        and id = any(cast(:lead_ids as uuid[]))

),

told as (

    select
        lead_id,
        noted,
        'city' as field,
        letter_key(city) as letters
    from asked
    union all
    select
        lead_id,
        noted,
        'source' as field,
        letter_key(source) as letters
    from asked
    union all
    select
        asked.lead_id,
        asked.noted,
        'postcode' as field,
        left(letter_key(asked.postcode), lengths.length) as letters
    from asked
    cross join lengths

),

fitting as (

    select distinct on (told.lead_id)
        told.lead_id,
        told.noted,
        patterns.territory_id,
        patterns.rep_id
    from told
    left join patterns
        on
            told.field = patterns.field
            and told.letters = patterns.letters
    order by
        told.lead_id,
        patterns.position,
        patterns.territory_id

)

select
    fitting.lead_id,
    fitting.noted,
    fitting.territory_id,
    case when memberships.is_active then fitting.rep_id end as rep_id
from fitting
left join memberships
    on
        memberships.shop_id = :shop_id
        and fitting.rep_id = memberships.staff_id

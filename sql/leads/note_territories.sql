-- Note on each of these leads which territory it is in: the first, by position, one of whose patterns is the
-- lead's city or source, or the beginning of its postcode; or none. Return who has that territory, if they are at
-- work.
with

fitting as (

    select distinct on (leads.id)
        leads.id as lead_id,
        territories.id as territory_id,
        territories.rep_id
    from leads
    left join territories
        on
            territories.shop_id = :shop_id
            and exists (
                select 1
                from unnest(territories.patterns) as patterns (pattern)
                where
                    case territories.field
                        when 'city' then lower(leads.city) = lower(patterns.pattern)
                        when 'source' then lower(leads.source) = lower(patterns.pattern)
                        else
                            starts_with(
                                lower(replace(leads.postcode, ' ', '')),
                                lower(replace(patterns.pattern, ' ', ''))
                            )
                    end
            )
    where
        leads.shop_id = :shop_id
        and leads.id = any(cast(:lead_ids as uuid[]))
    order by
        leads.id,
        territories.position,
        territories.id

),

noted as (

    update leads
    set territory_id = fitting.territory_id
    from fitting
    where
        leads.shop_id = :shop_id
        and leads.id = fitting.lead_id
        and leads.territory_id is distinct from fitting.territory_id
    returning leads.id

)

select
    fitting.lead_id,
    fitting.territory_id,
    case when memberships.is_active then fitting.rep_id end as rep_id
from fitting
left join memberships
    on
        memberships.shop_id = :shop_id
        and fitting.rep_id = memberships.staff_id

-- The stage each row is in: the one it names, or where its status, or the day it was won, says otherwise, the first stage
-- of that outcome. A stage and a status that contradict each other are refused.
with

first_stages as (

    select distinct on (outcome)
        outcome,
        id
    from stages
    where
        shop_id = :shop_id
        and outcome is not null
        and retired_at is null
    order by
        outcome,
        position,
        id

),

named as (

    select
        sheet_rows.row_number,
        coalesce(
            sheet_rows.status,
            case when sheet_rows.closed_on is not null then cast(:closed_means as text) end
        ) as status,
        stages.id as stage_id,
        stages.name as stage,
        stages.outcome
    from sheet_rows
    left join sheet_meanings
        on
            sheet_meanings.kind = 'stage'
            and sheet_meanings.key = sheet_rows.stage_key
    left join stages
        on
            stages.shop_id = :shop_id
            and sheet_meanings.id = stages.id
    where sheet_rows.refused_reason is null

)

update sheet_rows
set
    stage_id = case when named.outcome is null then coalesce(first_stages.id, named.stage_id) else named.stage_id end,
    refused_column = case when named.outcome <> named.status then 'status' end,
    refused_value = case when named.outcome <> named.status then sheet_rows.status end,
    refused_reason = case
        when named.outcome <> named.status
            then format('The stage is %s and the status %s: they contradict each other.', named.stage, named.status)
    end
from named
left join first_stages on named.status = first_stages.outcome
where sheet_rows.row_number = named.row_number

-- Stages of the file that the shop has: by name, letters and digits alone. What other programs call won and lost is the
-- first stage of that outcome; so is "Closed Lost to Competition".
with

stages_in_use as (

    select
        id,
        name,
        outcome,
        letter_key(name) as key,
        row_number() over (partition by outcome order by position, id) as nth
    from stages
    where
        shop_id = :shop_id
        and retired_at is null

),

known as (

    select distinct on (sheet_meanings.key)
        sheet_meanings.key,
        stages_in_use.id,
        stages_in_use.name
    from sheet_meanings
    inner join stages_in_use
        on
            sheet_meanings.key = stages_in_use.key
            or (
                stages_in_use.nth = 1
                and (
                    (
                        stages_in_use.outcome = 'won'
                        and (sheet_meanings.key in ('won', 'closewon', 'win') or sheet_meanings.key ^@ 'closedwon')
                    )
                    or (
                        stages_in_use.outcome = 'lost'
                        and (sheet_meanings.key in ('lost', 'closelost', 'loss') or sheet_meanings.key ^@ 'closedlost')
                    )
                )
            )
    where sheet_meanings.kind = 'stage'
    order by
        sheet_meanings.key,
        sheet_meanings.key = stages_in_use.key desc

)

update sheet_meanings
set
    id = known.id,
    called = known.name
from known
where
    sheet_meanings.kind = 'stage'
    and sheet_meanings.key = known.key

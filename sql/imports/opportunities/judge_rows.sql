-- What can't be used in a row. A closing day in a row that is open is the day it is expected to close.
with

meant as (

    select
        sheet_rows.row_number,
        coalesce(stages.outcome, 'open') as status,
        sheet_people.name is not null and sheet_people.staff_id is null as several_reps,
        accounts.id is not null and accounts.called is null as several_customers,
        sheet_rows.stage_id is null and sheet_rows.closed_on is not null and cast(:has_stage as boolean) as no_stage
    from sheet_rows
    left join stages
        on
            stages.shop_id = :shop_id
            and sheet_rows.stage_id = stages.id
    left join sheet_people on sheet_rows.rep = sheet_people.name
    left join sheet_meanings as accounts
        on
            accounts.kind = 'customer'
            and accounts.key = sheet_rows.customer_key
    where sheet_rows.refused_reason is null

),

judged as (

    select
        sheet_rows.row_number,
        case
            when meant.no_stage then 'no stage'
            when meant.several_reps then 'several reps'
            when meant.several_customers then 'several customers'
            when sheet_rows.value is not null and sheet_rows.currency <> :currency then 'currency'
            when sheet_rows.value < 0 then 'negative'
            when sheet_rows.value > 999999999999 then 'absurd'
            when sheet_rows.probability not between 0 and 100 then 'probability'
            when sheet_rows.created_on > cast(:today as date) then 'future creation'
            when meant.status <> 'open' and sheet_rows.closed_on is null then 'not closed'
            when meant.status <> 'open' and sheet_rows.closed_on > cast(:today as date) then 'future close'
            when
                meant.status = 'open'
                and coalesce(sheet_rows.expected_close_on, sheet_rows.closed_on) < sheet_rows.created_on
                then 'expected before'
            when
                coalesce(sheet_rows.expected_close_on, sheet_rows.closed_on)
                > cast(:today as date) + interval '20 years' then 'far'
        end as fault,
        meant.status
    from sheet_rows
    inner join meant on sheet_rows.row_number = meant.row_number

)

update sheet_rows
set
    expected_close_on = case
        when judged.status = 'open' then coalesce(expected_close_on, closed_on) else expected_close_on
    end,
    closed_on = case when judged.status <> 'open' then closed_on end,
    refused_column = case
        when judged.fault = 'no stage' then 'stage'
        when judged.fault = 'several reps' then 'rep'
        when judged.fault = 'several customers' then 'customer'
        when judged.fault = 'currency' then 'currency'
        when judged.fault in ('negative', 'absurd') then 'value'
        when judged.fault = 'probability' then 'probability'
        when judged.fault = 'future creation' then 'created_on'
        when judged.fault in ('not closed', 'future close') then 'closed_on'
        when judged.fault in ('expected before', 'far') then 'expected_close_on'
    end,
    refused_value = case
        when judged.fault = 'several reps' then rep
        when judged.fault = 'several customers' then customer
        when judged.fault = 'currency' then currency
        when judged.fault in ('negative', 'absurd') then cast(value as text)
        when judged.fault = 'probability' then cast(probability as text)
        when judged.fault = 'future creation' then cast(created_on as text)
        when judged.fault = 'future close' then cast(closed_on as text)
        when judged.fault in ('expected before', 'far') then cast(coalesce(expected_close_on, closed_on) as text)
    end,
    refused_reason = case judged.fault
        when 'no stage' then 'The stage is missing.'
        when 'several reps' then format('Several people of the team are called %s; give them different names first.', rep)
        when 'several customers'
            then format('Several customers are called %s; give them different names first.', customer)
        when 'currency'
            then format('%s is in another currency (%s); this shop''s amounts are in %s.', value, currency, :currency)
        when 'negative' then format('A value of %s is below zero; check it.', value)
        when 'absurd' then format('A value of %s is above 999,999,999,999; check it.', value)
        when 'probability' then format('A probability lies between 0 and 100, not at %s.', probability)
        when 'future creation' then format('It can''t have begun on %s, which is still to come.', created_on)
        when 'not closed' then format('It is %s, but the day it closed is missing.', judged.status)
        when 'future close' then format('It can''t have closed on %s, which is still to come.', closed_on)
        when 'expected before'
            then format(
                'It is expected to close on %s, before it began on %s; check both days.',
                coalesce(expected_close_on, closed_on),
                created_on
            )
        when 'far'
            then format('%s is more than 20 years away; check the year.', coalesce(expected_close_on, closed_on))
    end
from judged
where sheet_rows.row_number = judged.row_number

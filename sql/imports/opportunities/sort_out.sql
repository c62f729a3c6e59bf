-- Rows that can be used become opportunities. One without a reference goes by what it says: its name, customer, product
-- and the day it began; of several that say the same, by which of them it is. A row that repeats a reference of a row
-- further up is the same, or, where it says something else, refused.
with

first_stage as (

    select id
    from stages
    where
        shop_id = :shop_id
        and outcome is null
        and retired_at is null
    order by
        position,
        id
    limit 1

),

meant as (

    select
        sheet_rows.*,
        coalesce(stages.id, (select first_stage.id from first_stage)) as placed_id,
        coalesce(stages.outcome, 'open') as became,
        sheet_people.staff_id as rep_id,
        accounts.id as customer_id,
        products.id as product_id,
        products.called as product_name
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
    left join sheet_meanings as products
        on
            products.kind = 'product'
            and products.key = sheet_rows.product_key
    where sheet_rows.refused_reason is null

),

named as (

    select
        meant.*,
        coalesce(
            meant.ref,
            '#' || left(
                md5(
                    concat_ws(
                        '|',
                        lower(meant.name),
                        lower(meant.customer),
                        lower(meant.product),
                        meant.created_on,
                        row_number() over (
                            partition by
                                meant.ref is null,
                                lower(meant.name),
                                lower(meant.customer),
                                lower(meant.product),
                                meant.created_on
                            order by meant.row_number
                        )
                    )
                ),
                16
            )
        ) as key
    from meant

),

numbered as (

    select
        named.*,
        first_value(named.row_number) over same_key as first_row,
        row(
            first_value(named.name) over same_key,
            first_value(named.placed_id) over same_key,
            first_value(named.customer_id) over same_key,
            first_value(named.value) over same_key,
            first_value(named.rep_id) over same_key,
            first_value(named.product_id) over same_key,
            first_value(named.created_on) over same_key,
            first_value(named.closed_on) over same_key
        ) is not distinct from row(
            named.name,
            named.placed_id,
            named.customer_id,
            named.value,
            named.rep_id,
            named.product_id,
            named.created_on,
            named.closed_on
        ) as says_the_same
    from named
    window same_key as (partition by named.key order by named.row_number)

)

insert into sheet_deals (
    row_number, opportunity_id, change_id, ref, name, says_name, customer_id, value, probability, stage_id, says_stage,
    status, rep_id, product_id, product_name, source, kind, competitor, next_step, created_on, says_created, created_at, closed_on, closed_at,
    expected_close_on, reason_id, reason_note, state, refused_reason
)
select
    numbered.row_number,
    cast(:id_start || lpad(to_hex(numbered.row_number), 8, '0') as uuid),
    cast(:change_start || lpad(to_hex(numbered.row_number), 8, '0') as uuid),
    numbered.key,
    left(
        coalesce(
            numbered.name,
            nullif(concat_ws(', ', numbered.customer, numbered.product_name), ''),
            numbered.ref,
            'Row ' || numbered.row_number
        ),
        300
    ),
    numbered.name is not null,
    numbered.customer_id,
    round(numbered.value, 2),
    cast(numbered.probability as smallint),
    numbered.placed_id,
    numbered.stage_id is not null,
    numbered.became,
    numbered.rep_id,
    numbered.product_id,
    numbered.product_name,
    numbered.source,
    left(numbered.kind, 60),
    left(numbered.competitor, 200),
    numbered.next_step,
    coalesce(numbered.created_on, numbered.closed_on, cast(:today as date)),
    numbered.created_on is not null,
    numbered.created_at,
    numbered.closed_on,
    case when numbered.closed_on is not null then numbered.closed_at end,
    numbered.expected_close_on,
    lost_reasons.id,
    case when numbered.became <> 'open' and lost_reasons.id is null then numbered.reason end,
    case
        when numbered.first_row = numbered.row_number then 'new'
        when numbered.says_the_same then 'repeat'
        else 'refused'
    end,
    case
        when numbered.first_row < numbered.row_number and not numbered.says_the_same
            then format('Row %s has the reference %s too, and says something else.', numbered.first_row, numbered.key)
    end
from numbered
left join lost_reasons
    on
        lost_reasons.shop_id = :shop_id
        and lost_reasons.retired_at is null
        and numbered.became = lost_reasons.outcome
        and lower(numbered.reason) = lower(lost_reasons.name)

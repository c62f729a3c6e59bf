-- Rows of one customer and day become one visit: what the first row says, where it says nothing the next; of interest and
-- outcome what promises most, of values the largest, and all notes.
with

ranked as (

    select
        sheet_rows.*,
        sheet_buyers.customer_id,
        array_position(array['high', 'medium', 'low', 'not_interested'], interest) as interest_rank,
        array_position(array['purchase', 'quote_given', 'future_interest', 'no_purchase'], outcome) as outcome_rank,
        row_number() over (
            partition by sheet_buyers.customer_id, sheet_rows.visited_on, sheet_rows.notes
            order by sheet_rows.row_number
        ) = 1 as is_said_first
    from sheet_rows
    inner join sheet_buyers on sheet_rows.buyer = sheet_buyers.buyer

)

insert into sheet_visits (
    customer_id, visited_on, first_row, rows, visit_id, visited_at, rep_id, visit_type, purpose, interest, outcome,
    estimated_value, notes
)
select
    customer_id,
    visited_on,
    min(row_number),
    count(*),
    cast(:id_start || lpad(to_hex(min(row_number)), 8, '0') as uuid),
    min(visited_at),
    (array_agg(rep_id order by row_number) filter (where rep_id is not null))[1],
    (array_agg(visit_type order by row_number) filter (where visit_type is not null))[1],
    (array_agg(purpose order by row_number) filter (where purpose is not null))[1],
    (array['high', 'medium', 'low', 'not_interested'])[min(interest_rank)],
    (array['purchase', 'quote_given', 'future_interest', 'no_purchase'])[min(outcome_rank)],
    round(max(estimated_value), 2),
    left(string_agg(notes, e'\n' order by row_number) filter (where is_said_first), 5000)
from ranked
group by
    customer_id,
    visited_on

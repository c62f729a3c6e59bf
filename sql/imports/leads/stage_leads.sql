-- What becomes of each row that can be used: state is new, known (on file, not yet compared), same or changed.
-- first_row: the first row about this lead. was_there: on file before; customer_id: the customer with this number or
-- address.
create temporary table sheet_leads (
    row_number integer not null,
    first_row integer not null,
    lead_id uuid not null,
    was_there boolean not null,
    customer_id uuid,
    state text not null
) on commit drop

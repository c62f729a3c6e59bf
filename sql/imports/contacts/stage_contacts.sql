-- What becomes of each row that can be used: state is new, known (on file, not yet compared), same or changed.
-- first_row: the first row about this contact. was_there: on file before; customer_id: the customer with this number.
create temporary table sheet_contacts (
    row_number integer not null,
    first_row integer not null,
    contact_id uuid not null,
    was_there boolean not null,
    customer_id uuid,
    state text not null,
    phone text collate "C" not null,
    phone_kind text not null,
    phone_typed text,
    others text[] not null,
    name text,
    is_renamed boolean not null
) on commit drop

-- The rows of a contact sheet as cleaned: of each column of numbers the one that is called, its kind, the others, and what
-- was typed. refused_ says what can't be used in a row and why.
create temporary table sheet_rows (
    row_number integer not null,
    phone text collate "C",
    phone_kind text,
    phone_others text[],
    phone_typed text,
    other_phone text collate "C",
    other_phone_kind text,
    other_phone_others text[],
    other_phone_typed text,
    name text,
    email text collate "C",
    notes text,
    tags text,
    refused_column text,
    refused_value text,
    refused_reason text
) on commit drop

-- Everybody the file names: one row for each combination of phone, reference and e-mail, and who that is here.
create temporary table sheet_buyers (
    buyer text collate "C" primary key,
    first_row integer not null,
    phone text collate "C",
    phone_typed text,
    ref text collate "C",
    email text collate "C",
    name text,
    link text,
    customer_id uuid,
    is_new boolean not null default false
) on commit drop

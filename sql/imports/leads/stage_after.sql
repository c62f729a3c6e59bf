-- What leads on file say once the file is in. is_kept: a person said so, and the file fills in the rest.
create temporary table sheet_after (
    lead_id uuid not null,
    ref text collate "C",
    name text,
    company text,
    job_title text,
    phone text collate "C",
    phone_typed text,
    email text collate "C",
    website text,
    city text,
    postcode text,
    source text,
    quality text,
    status text,
    converted_on date,
    converted_at timestamptz,
    customer_id uuid,
    created_on date,
    assigned_to uuid,
    notes text,
    is_kept boolean
) on commit drop

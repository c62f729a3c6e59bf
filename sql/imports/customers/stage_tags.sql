-- Which tags the file puts on whom, each with the id it has here.
create temporary table sheet_tags (
    customer_id uuid not null,
    is_new_customer boolean not null,
    tag_id uuid not null
) on commit drop

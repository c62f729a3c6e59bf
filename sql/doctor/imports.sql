-- Imports whose counts do not add up: rows against what became of them, and refused rows against those kept to be seen.
with

kept as (

    select
        import_id,
        count(*) filter (where outcome = 'rejected') as rejected
    from import_rows
    where shop_id = :shop_id
    group by import_id

),

differences as (

    select
        imports.id,
        imports.rows - imports.created - imports.updated - imports.unchanged - imports.rejected as rows,
        imports.rejected - coalesce(kept.rejected, 0) as rejected
    from imports
    left join kept on imports.id = kept.import_id
    where
        imports.shop_id = :shop_id
        and imports.status <> 'running'

)

select
    cast(id as text) as subject,
    count(*) over () as found,
    rows,
    rejected
from differences
where
    rows <> 0
    or rejected <> 0
order by id
limit :most

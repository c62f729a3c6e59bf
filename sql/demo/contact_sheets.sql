-- The uploaded contact sheets of a demo shop.
insert into imports (
    shop_id, id, noun, file_name, status, rows, created, columns, created_at, created_by
)
select
    :shop_id,
    given.import_id,
    'contacts',
    given.file_name,
    'done',
    given.people,
    given.people,
    jsonb_build_object(
        'fields', jsonb_build_object('phone', 'Phone', 'name', 'Name'),
        'headers', jsonb_build_array('Name', 'Phone')
    ),
    given.at,
    given.by
from jsonb_to_recordset(cast(:rows as jsonb)) as given (
    import_id uuid,
    file_name text,
    people integer,
    at timestamptz,
    by uuid
)
on conflict do nothing

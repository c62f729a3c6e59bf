-- What was promised to leads of a demo shop and was due more than two days ago was done on its day.
update follow_ups
set
    closed_at = cast(:now as timestamptz),
    closed_on = due_on,
    closed_by = assigned_to,
    closed_as = 'done'
where
    shop_id = :shop_id
    and lead_id is not null
    and created_by = assigned_to
    and closed_at is null
    and due_on < cast(cast(:now as timestamptz) as date) - 2

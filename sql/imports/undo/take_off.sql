-- Before anything goes: take what will change out of the rollups.
select
    take_off(
        :shop_id,
        array(select customer_id from undo_customers),
        array(select subject_id from undo_subjects where subject = 'order' and kept is null)
    )

-- After everything is back: recount the customers and put what changed back into the rollups.
select
    put_on(
        :shop_id,
        array(select customer_id from undo_customers),
        array(select subject_id from undo_subjects where subject = 'order' and kept is null)
    )

-- An opportunity the import created stays when something was said, noted or planned about it since.
update undo_subjects
set kept = 'somebody worked on it since'
where
    subject = 'opportunity'
    and is_new
    and kept is null
    and subject_id in (
        select opportunity_id
        from interactions
        where
            shop_id = :shop_id
            and opportunity_id is not null
        union all
        select opportunity_id
        from follow_ups
        where
            shop_id = :shop_id
            and opportunity_id is not null
        union all
        select opportunity_id
        from notes
        where
            shop_id = :shop_id
            and opportunity_id is not null
    )

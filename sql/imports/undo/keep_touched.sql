-- What a person touched since, or a later import changed, stays. Ids are ordered by time, so a later one is greater.
-- A contact or a lead that was only given to somebody was not touched.
update undo_subjects
set kept = case when by_import.subject_id is null then 'somebody changed it since' else 'a later import changed it' end
from undo_subjects as candidates
left join (
    select distinct import_rows.subject_id
    from import_rows
    inner join imports
        on
            imports.shop_id = :shop_id
            and import_rows.import_id = imports.id
    where
        import_rows.shop_id = :shop_id
        and import_rows.import_id > :import_id
        and import_rows.outcome = 'updated'
        and imports.status = 'done'
        and not import_rows.before ? 'lead'
) as by_import on candidates.subject_id = by_import.subject_id
left join (
    select distinct subject_id
    from activities
    where
        shop_id = :shop_id
        and subject_id is not null
        and id > :import_id
        and what not in ('contact given', 'lead given')
    union
    select distinct customer_id
    from activities
    where
        shop_id = :shop_id
        and customer_id is not null
        and id > :import_id
) as by_person on candidates.subject_id = by_person.subject_id
where
    undo_subjects.subject = candidates.subject
    and undo_subjects.subject_id = candidates.subject_id
    and undo_subjects.subject <> 'activation'
    and (by_import.subject_id is not null or by_person.subject_id is not null)

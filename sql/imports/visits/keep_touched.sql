-- A changed visit that a person recorded or touched here is not overwritten: the file's rows are refused.
update sheet_visits
set
    state = 'refused',
    refused_reason = format(
        'The visit of %s on file says something else and was recorded or changed by a person; change it there.',
        sheet_visits.visited_on
    )
from visits
where
    visits.shop_id = :shop_id
    and visits.id = sheet_visits.visit_id
    and sheet_visits.state = 'changed'
    and (
        visits.import_id is null
        or exists (
            select 1
            from activities
            where
                activities.shop_id = :shop_id
                and activities.subject_id = visits.id
        )
    )

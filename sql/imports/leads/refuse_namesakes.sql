-- A lead of somebody who could be several people of the team is nobody's yet.
update sheet_rows
set
    refused_column = 'assigned_to',
    refused_value = assigned_to,
    refused_reason = format(
        'Several people of the team are called %s; give them different names first.',
        assigned_to
    )
from sheet_people
where
    sheet_rows.refused_reason is null
    and sheet_rows.assigned_to = sheet_people.name
    and sheet_people.staff_id is null

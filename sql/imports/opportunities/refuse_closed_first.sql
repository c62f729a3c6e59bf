-- Opportunities that closed before they began don't come in.
update sheet_deals
set
    state = 'refused',
    refused_reason = format('It closed on %s, before it began on %s; check both days.', ended_on, began_on)
where ended_on is not null

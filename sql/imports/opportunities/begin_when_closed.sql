-- Opportunities that closed before they began are taken to have begun on the day they closed.
update sheet_deals
set
    created_on = ended_on,
    created_at = closed_at,
    says_created = true
where ended_on is not null

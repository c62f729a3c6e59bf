-- A changed opportunity that a person wrote or touched here is not overwritten: the file's row is refused.
update sheet_deals
set
    state = 'refused',
    refused_reason = format(
        '“%s” on file says something else and was written or changed by a person; change it there.',
        opportunities.name
    )
from opportunities
where
    opportunities.shop_id = :shop_id
    and opportunities.id = sheet_deals.opportunity_id
    and sheet_deals.state = 'changed'
    and (
        opportunities.import_id is null
        or exists (
            select 1
            from activities
            where
                activities.shop_id = :shop_id
                and activities.subject_id = opportunities.id
        )
    )

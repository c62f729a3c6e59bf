-- Reasons the import put on the list, if nobody changed them since and nothing was won or lost for them.
delete from lost_reasons
using imports
where
    lost_reasons.shop_id = :shop_id
    and imports.shop_id = :shop_id
    and imports.id = :import_id
    and imports.noun = 'opportunities'
    and lost_reasons.created_at = imports.created_at
    and lost_reasons.updated_at = imports.created_at
    and lost_reasons.id not in (
        select opportunities.reason_id
        from opportunities
        where
            opportunities.shop_id = :shop_id
            and opportunities.reason_id is not null
        union all
        select stage_changes.reason_id
        from stage_changes
        where
            stage_changes.shop_id = :shop_id
            and stage_changes.reason_id is not null
    )

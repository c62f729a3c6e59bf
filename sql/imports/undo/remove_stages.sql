-- Stages the import made of words of its file, if nobody changed them since and nothing is or was in them. They were
-- written at the very moment of the import.
delete from stages
using imports
where
    stages.shop_id = :shop_id
    and imports.shop_id = :shop_id
    and imports.id = :import_id
    and imports.noun = 'opportunities'
    and stages.created_at = imports.created_at
    and stages.updated_at = imports.created_at
    and stages.id not in (
        select opportunities.stage_id
        from opportunities
        where opportunities.shop_id = :shop_id
        union all
        select stage_changes.to_stage_id
        from stage_changes
        where stage_changes.shop_id = :shop_id
        union all
        select stage_changes.from_stage_id
        from stage_changes
        where
            stage_changes.shop_id = :shop_id
            and stage_changes.from_stage_id is not null
    )
    and exists (
        select 1
        from stages as others
        where
            others.shop_id = :shop_id
            and others.outcome is not distinct from stages.outcome
            and others.retired_at is null
            and others.created_at <> imports.created_at
    )

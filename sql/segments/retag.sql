-- Rules that ask for one tag ask for another from now on.
update segments
set rule = cast(replace(cast(rule as text), cast(:tag_id as text), cast(:into_id as text)) as jsonb)
where
    shop_id = :shop_id
    and kind = 'dynamic'
    and strpos(cast(rule as text), cast(:tag_id as text)) > 0

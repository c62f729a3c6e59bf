-- Tags that the shop does not have yet; "VIP" and "vip" are one.
with

wanted as (

    select
        lower(tag.name) as folded,
        min(tag.name) as name,
        min(sheet_rows.row_number * 100 + tag.place) as first_place
    from sheet_rows
    inner join sheet_customers on sheet_rows.row_number = sheet_customers.row_number
    cross join lateral string_to_table(sheet_rows.tags, ';') with ordinality as tag (name, place)
    where sheet_customers.state in ('new', 'changed')
    group by lower(tag.name)

)

insert into tags (shop_id, id, name, created_at, created_by)
select
    :shop_id,
    cast(:tag_start || lpad(to_hex(wanted.first_place), 8, '0') as uuid),
    wanted.name,
    :now,
    :staff_id
from wanted
where
    not exists (
        select 1
        from tags
        where
            tags.shop_id = :shop_id
            and lower(tags.name) = wanted.folded
    )

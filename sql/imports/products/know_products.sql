-- Rows without a code that spell a product otherwise than it is called here are about that product, letters and digits
-- alone, where only one is called so: on the catalogue, those with a code of the file left out, and in the file. The product
-- keeps its spelling.
with

of_catalogue as (

    select
        letter_key(name) as key,
        min(cast(id as text)) as id,
        min(name) as name
    from products
    where
        shop_id = :shop_id
        and not exists (
            select 1
            from sheet_rows
            where sheet_rows.sku = products.sku
        )
    group by letter_key(name)
    having count(*) = 1

),

of_file as (

    select letter_key(name) as key
    from sheet_rows
    where
        refused_reason is null
        and name is not null
    group by letter_key(name)
    having count(distinct coalesce(sku, name_key(name))) = 1

)

update sheet_rows
set
    product_id = cast(of_catalogue.id as uuid),
    name = of_catalogue.name,
    written = sheet_rows.name
from of_catalogue
inner join of_file on of_catalogue.key = of_file.key
where
    sheet_rows.refused_reason is null
    and sheet_rows.sku is null
    and letter_key(sheet_rows.name) = of_catalogue.key
    and of_catalogue.key <> ''
    and name_key(sheet_rows.name) <> name_key(of_catalogue.name)

-- Columns, keys and indexes of a schema in PostgreSQL's own words. Checks are left to the schema steps.
select
    'column ' || relname || '.' || attname as part,
    concat_ws(
        ' ',
        format_type(atttypid, atttypmod),
        case when attnotnull then 'not null' end,
        (
            select 'collate ' || collname
            from pg_collation
            where
                pg_collation.oid = attcollation
                and collname <> 'default'
        ),
        case when attgenerated = '' then 'default' else 'generated' end,
        coalesce(pg_get_expr(adbin, adrelid), 'none')
    ) as meaning
from pg_class
inner join pg_attribute
    on
        pg_class.oid = pg_attribute.attrelid
        and attnum > 0
        and not attisdropped
left join pg_attrdef
    on
        pg_class.oid = pg_attrdef.adrelid
        and pg_attribute.attnum = pg_attrdef.adnum
where
    relkind = 'r'
    and relnamespace = cast(:schema as regnamespace)
union all
select
    'key ' || cast(cast(conrelid as regclass) as text) || '.' || conname,
    pg_get_constraintdef(oid)
from pg_constraint
where
    contype in ('p', 'u', 'f')
    and connamespace = cast(:schema as regnamespace)
union all
select
    'index ' || cast(cast(indrelid as regclass) as text) || '.' || relname,
    pg_get_indexdef(indexrelid)
from pg_index
inner join pg_class on pg_index.indexrelid = pg_class.oid
where relnamespace = cast(:schema as regnamespace);

-- Of these customers, each with the first row of the file that made them so, those who were leads are active now; which
-- ones, the import remembers for undoing.
create function activate_leads(of_shop uuid, by_import uuid, customer_ids uuid[], first_rows integer[])
returns void
language sql
as $$
with

activated as (

    update customers
    set status = 'active'
    from unnest(customer_ids, first_rows) as those (customer_id, first_row)
    where
        customers.shop_id = of_shop
        and customers.id = those.customer_id
        and customers.status = 'lead'
    returning
        customers.id,
        those.first_row

)

insert into import_rows (shop_id, import_id, row_number, outcome, subject_id, before)
select
    of_shop,
    by_import,
    -first_row,
    'updated',
    id,
    jsonb_build_object('lead', true)
from activated
$$;

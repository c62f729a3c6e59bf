-- The contact who is this customer: the one found by their number, else the one that is linked with them if it is alone.
-- Null: there is none, or nobody knows which of several.
create function contact_of_customer(of_shop uuid, customer uuid)
returns uuid
language plpgsql
stable
as $$
declare
    found uuid;
begin
    select contact_of_phone(of_shop, phone) into found from customers where shop_id = of_shop and id = customer;
    if found is null then
        select (array_agg(id))[1] into found from contacts where shop_id = of_shop and customer_id = customer having count(*) = 1;
    end if;
    return found;
end
$$;

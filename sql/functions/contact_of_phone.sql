-- The contact found by this number, as the view contact_numbers says: whose own it is; else who alone has it beside their
-- own, unless they are a customer by now and another customer has it. Null: nobody.
-- One number is looked up by indexes. Those of the other numbers have the usual order of text; a phone from a column that
-- sorts by code would bring its own order along, and every contact would be read.
create function contact_of_phone(of_shop uuid, asked text)
returns uuid
language plpgsql
stable
as $$
declare
    number constant text collate "default" := asked;
    found uuid;
    found_customer uuid;
    others integer;
begin
    select id into found from contacts where shop_id = of_shop and phone = number;
    if found is not null then
        return found;
    end if;
    select
        count(distinct id),
        (array_agg(id))[1],
        (array_agg(customer_id))[1]
    into others, found, found_customer
    from (
        select id, customer_id
        from contacts
        where shop_id = of_shop and other_phones[1] = number
        union all
        select id, customer_id
        from contacts
        where shop_id = of_shop and other_phones[2] = number
        union all
        select id, customer_id
        from contacts
        where shop_id = of_shop and other_phones[3] is not null and number = any(other_phones[3:])
    ) as beside;
    if others <> 1 then
        return null;
    end if;
    if exists (
        select 1
        from customers
        where shop_id = of_shop and phone = number and hidden_at is null and id <> found_customer
    ) then
        return null;
    end if;
    return found;
end
$$;

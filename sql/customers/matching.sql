-- Customers who match what was typed, nearest first: every typed word starts a word of the name, or the phone starts
-- or ends with the typed digits, or the reference or the e-mail address starts with the text. A company is found by the
-- names, numbers and addresses of its people, too, and whoever is a contact by the numbers of that contact: whole, or by
-- the last digits of the first three.
-- Each way reads one index range and at most `most` of its customers (null means all). Ranges with both ends given, since
-- below a row policy neither LIKE nor a bound put together here could use an index.
with

typed_words as (

    select
        typed.start,
        typed.past,
        case
            when cardinality(cast(:words as text [])) > 1
                then (
                    select count(*)
                    from (
                        select 1
                        from customer_words
                        where
                            shop_id = :shop_id
                            and word >= typed.start
                            and word < typed.past
                        limit 5000
                    ) as some_of_them
                )
        end as known
    from unnest(cast(:words as text []), cast(:word_ends as text [])) as typed (start, past)

),

-- Where reading begins: of several words the one that the fewest have.
rarest_word as (

    select
        start,
        past
    from typed_words
    order by
        known,
        length(start) desc,
        start
    limit 1

),

by_name as (

    select
        customer_id,
        case when word = (select start from rarest_word) then 1 else 2 end as distance
    from customer_words
    where
        shop_id = :shop_id
        and word >= (select start from rarest_word)
        and word < (select past from rarest_word)
        and not exists (
            select 1
            from unnest(cast(:words as text []), cast(:word_ends as text [])) as typed (start, past)
            where
                typed.start <> (select start from rarest_word)
                and not exists (
                    select 1
                    from customer_words as others
                    where
                        others.shop_id = :shop_id
                        and others.customer_id = customer_words.customer_id
                        and others.word >= typed.start
                        and others.word < typed.past
                )
        )
    order by word
    limit cast(:most as integer)

),

by_start_of_phone as (

    select
        customers.id,
        case when customers.phone = typed.start then 0 else 3 end
    from unnest(cast(:phone_starts as text []), cast(:phone_ends as text [])) as typed (start, past)
    inner join customers
        on
            customers.shop_id = :shop_id
            and typed.start <= customers.phone
            and typed.past > customers.phone
    where customers.hidden_at is null
    limit cast(:most as integer)

),

by_end_of_phone as (

    select
        id,
        4
    from customers
    where
        shop_id = :shop_id
        and phone_reversed >= :phone_end_reversed
        and phone_reversed < :phone_end_past
        and hidden_at is null
    limit cast(:most as integer)

),

by_reference as (

    select
        customers.id,
        case when customers.external_ref = typed.start then 0 else 5 end
    from unnest(cast(:reference_starts as text []), cast(:reference_ends as text [])) as typed (start, past)
    inner join customers
        on
            customers.shop_id = :shop_id
            and typed.start <= customers.external_ref
            and typed.past > customers.external_ref
    where customers.hidden_at is null
    limit cast(:most as integer)

),

by_email as (

    select
        id,
        6
    from customers
    where
        shop_id = :shop_id
        and email >= :email_start
        and email < :email_end
        and hidden_at is null
    limit cast(:most as integer)

),

by_phone_of_person as (

    select
        contact_people.customer_id,
        case when numbers.number = numbers.whole then 1 else 4 end
    from (
        select
            phones.contact_person_id,
            phones.number,
            typed.start as whole
        from unnest(cast(:phone_starts as text []), cast(:phone_ends as text [])) as typed (start, past)
        inner join phones
            on
                phones.shop_id = :shop_id
                and typed.start <= phones.number
                and typed.past > phones.number
        union all
        select
            contact_person_id,
            number,
            null
        from phones
        where
            shop_id = :shop_id
            and number_reversed >= :phone_end_reversed
            and number_reversed < :phone_end_past
    ) as numbers
    inner join contact_people
        on
            contact_people.shop_id = :shop_id
            and numbers.contact_person_id = contact_people.id
    where contact_people.left_on is null
    limit cast(:most as integer)

),

by_number_of_contact as (

    select
        customer_id,
        1
    from contacts
    where
        shop_id = :shop_id
        and id = any(
            array(
                select contact_of_phone(:shop_id, typed.whole)
                from unnest(cast(:phone_starts as text [])) as typed (whole)
            )
        )
        and customer_id is not null

),

by_end_of_number_of_contact as (

    select
        customer_id,
        4
    from (
        select customer_id
        from contacts
        where
            shop_id = :shop_id
            and called_reversed >= :phone_end_reversed
            and called_reversed < :phone_end_past
        union all
        select customer_id
        from contacts
        where
            shop_id = :shop_id
            and second_reversed >= :phone_end_reversed
            and second_reversed < :phone_end_past
        union all
        select customer_id
        from contacts
        where
            shop_id = :shop_id
            and third_reversed >= :phone_end_reversed
            and third_reversed < :phone_end_past
    ) as ended
    limit cast(:most as integer)

),

by_email_of_person as (

    select
        contact_people.customer_id,
        6
    from emails
    inner join contact_people
        on
            emails.shop_id = contact_people.shop_id
            and emails.contact_person_id = contact_people.id
    where
        emails.shop_id = :shop_id
        and emails.address >= :email_start
        and emails.address < :email_end
        and contact_people.left_on is null
    limit cast(:most as integer)

),

matches as (

    select * from by_name
    union all
    select * from by_start_of_phone
    union all
    select * from by_end_of_phone
    union all
    select * from by_reference
    union all
    select * from by_email
    union all
    select * from by_phone_of_person
    union all
    select * from by_number_of_contact
    union all
    select * from by_end_of_number_of_contact
    union all
    select * from by_email_of_person

)

select
    customer_id,
    min(distance) as distance
from matches
group by customer_id

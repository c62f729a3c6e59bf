-- Accounts and products that are not on file get the ids they will have.
update sheet_meanings
set
    id = cast(
        case when kind = 'customer' then :customer_start else :product_start end || lpad(to_hex(first_row), 8, '0')
        as uuid
    ),
    called = word,
    is_new = true
where
    kind in ('customer', 'product')
    and id is null

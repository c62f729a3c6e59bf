-- Whether two names of companies, products or customers are one is told by a key, here and in every statement alike. What is
-- stored stands on it, so that these functions are a step: they change together with what they filled, or not at all.

-- What all spellings of a name have in common, as crmcore.names.key says: capitals, ß or ss and composed letters don't
-- count, accents do. The name is on one line, as all names are kept.
-- Plain English letters, which are nearly all, take the short way. No casefold(): older servers have none.
create function name_key(name text)
returns text
language sql
immutable
parallel safe
as $$
    select
        case
            when octet_length(name) = length(name) then lower(name collate "default")
            else btrim(
                replace(
                    normalize(
                        translate(
                            replace(lower(normalize(name, nfkd) collate "default"), 'ß', 'ss'),
                            'ς' || chr(837),
                            'σι'
                        ),
                        nfkc
                    ),
                    '  ',
                    ' '
                )
            )
        end
$$;

-- The same without blanks and signs: its letters and digits alone.
create function letter_key(name text)
returns text
language sql
immutable
parallel safe
as $$
    select regexp_replace(name_key(name), '[^[:alnum:]]+', '', 'g')
$$;

-- Leads are found by their company: spelt either way.
alter table leads drop column company_key;

alter table leads add column company_key text collate "C" generated always as (name_key(company)) stored;

create index leads_company_key on leads (shop_id, company_key) where company_key is not null;

-- A reminder of a medicine that is on no catalogue is told by its name. Where a bill names it twice, one is enough.
-- The owner of the tables is bound by their policies too: lifted for this one statement.
alter table refill_reminders no force row level security;

with

respelt as (

    select distinct on (shop_id, order_id, name_key(medicine))
        shop_id,
        id,
        order_id,
        name_key(medicine) as medicine_key
    from refill_reminders
    where
        product_id is null
        and medicine_key <> name_key(medicine)
    order by
        shop_id,
        order_id,
        name_key(medicine),
        id

)

update refill_reminders
set medicine_key = respelt.medicine_key
from respelt
where
    refill_reminders.shop_id = respelt.shop_id
    and refill_reminders.id = respelt.id
    and not exists (
        select 1
        from refill_reminders as others
        where
            others.shop_id = respelt.shop_id
            and others.order_id = respelt.order_id
            and others.medicine_key = respelt.medicine_key
    );

alter table refill_reminders force row level security;

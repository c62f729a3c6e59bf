-- Leads who match what was typed: every typed word starts a word of the name or the company, or the phone starts or ends
-- with the typed digits, or the reference or the e-mail address starts with the text. Each way reads one index range, as
-- sql/customers/matching.sql does.
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
                        from lead_words
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

)

select lead_id
from lead_words
where
    shop_id = :shop_id
    and word >= (select rarest_word.start from rarest_word)
    and word < (select rarest_word.past from rarest_word)
    and not exists (
        select 1
        from unnest(cast(:words as text []), cast(:word_ends as text [])) as typed (start, past)
        where
            typed.start <> (select rarest_word.start from rarest_word)
            and not exists (
                select 1
                from lead_words as others
                where
                    others.shop_id = :shop_id
                    and others.lead_id = lead_words.lead_id
                    and others.word >= typed.start
                    and others.word < typed.past
            )
    )

union

select leads.id
from unnest(cast(:phone_starts as text []), cast(:phone_ends as text [])) as typed (start, past)
inner join leads
    on
        leads.shop_id = :shop_id
        and typed.start <= leads.phone
        and typed.past > leads.phone

union

select id
from leads
where
    shop_id = :shop_id
    and phone_reversed >= :phone_end_reversed
    and phone_reversed < :phone_end_past

union

select leads.id
from unnest(cast(:reference_starts as text []), cast(:reference_ends as text [])) as typed (start, past)
inner join leads
    on
        leads.shop_id = :shop_id
        and typed.start <= leads.ref
        and typed.past > leads.ref

union

select id
from leads
where
    shop_id = :shop_id
    and email >= :email_start
    and email < :email_end

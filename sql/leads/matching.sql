-- Leads who match what was typed: every typed word starts a word of the name or the company, or the phone starts or ends
-- with the typed digits, or the reference or the e-mail address starts with the text. Each way reads ranges of an index, as
-- sql/customers/matching.sql does. Of several words the one that fewest have is looked up first; where each is that of as
-- many as `many`, all of them are read at once.
with

typed_words as (

    select
        typed.start,
        typed.past,
        typed.nth,
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
                        limit cast(:many as integer)
                    ) as some_of_them
                )
            else 0
        end as known
    from unnest(cast(:words as text []), cast(:word_ends as text [])) with ordinality as typed (start, past, nth)

),

rarest_word as (

    select
        start,
        past,
        known < cast(:many as integer) as is_rare
    from typed_words
    order by
        known,
        nth
    limit 1

)

select lead_id
from lead_words
where
    (select rarest_word.is_rare from rarest_word)
    and shop_id = :shop_id
    and word >= (select rarest_word.start from rarest_word)
    and word < (select rarest_word.past from rarest_word)
    and not exists (
        select 1
        from typed_words
        where
            typed_words.start <> (select rarest_word.start from rarest_word)
            and not exists (
                select 1
                from lead_words as others
                where
                    others.shop_id = :shop_id
                    and others.lead_id = lead_words.lead_id
                    and others.word >= typed_words.start
                    and others.word < typed_words.past
            )
    )

union

select lead_words.lead_id
from typed_words
inner join lead_words
    on
        lead_words.shop_id = :shop_id
        and typed_words.start <= lead_words.word
        and typed_words.past > lead_words.word
where not (select rarest_word.is_rare from rarest_word)
group by lead_words.lead_id
having bit_or(1 << cast(typed_words.nth as integer)) = (2 << cardinality(cast(:words as text []))) - 2

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

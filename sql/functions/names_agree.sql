-- Whether two names may be one person's: one of them is missing, or all words of one stand in the other, as Asha in
-- "Rao, Asha". What else is alike tells nothing: families share names as they share numbers.
create function names_agree(one text, other text)
returns boolean
language sql
immutable
parallel safe
as $$
select coalesce(words.one <@ words.other or words.other <@ words.one, true)
from (
    select
        string_to_array(btrim(regexp_replace(lower(names_agree.one), '[[:space:][:punct:]]+', ' ', 'g')), ' ') as one,
        string_to_array(btrim(regexp_replace(lower(names_agree.other), '[[:space:][:punct:]]+', ' ', 'g')), ' ') as other
) as words
$$;

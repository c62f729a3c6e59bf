-- What a person said a word means, or what it was put on file as. Words are compared by their letters and digits.
update sheet_meanings
set
    id = cast(:id as uuid),
    called = cast(:called as text),
    is_new = :is_new
where
    kind = :kind
    and key = letter_key(cast(:word as text))

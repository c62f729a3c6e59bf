-- What the words of the file mean here: its stages, accounts, products and reasons, each with its id. kind says which
-- of these; key is the word as it is compared.
create temporary table sheet_meanings (
    kind text not null,
    key text not null,
    word text not null,
    first_row integer not null,
    id uuid,
    called text,
    is_new boolean not null default false,
    primary key (kind, key)
) on commit drop

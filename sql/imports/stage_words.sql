-- Customers to be made findable, and the words of their names.
create temporary table sheet_words (
    customer_id uuid not null,
    word text collate "C"
) on commit drop

-- E-mails that came in and belong to nobody on file yet: they wait, whole, until a person says whose they are.

create table unmatched_mails (
    shop_id uuid not null,
    id uuid not null,
    message_id text collate "C" not null,
    sender_name text,
    sender_address text,
    addresses text[] not null default '{}',
    subject text,
    sent_at timestamptz,
    content bytea not null,
    created_at timestamptz not null default now(),
    created_by uuid,
    primary key (shop_id, id),
    constraint unmatched_mails_once unique (shop_id, message_id),
    constraint unmatched_mails_content_sane check (octet_length(content) <= 26214400)
);

-- What an import created or changed, and whether it may go back: kept says why it has to stay as it is.
create temporary table undo_subjects (
    subject text not null,
    subject_id uuid not null,
    is_new boolean not null,
    before jsonb,
    kept text,
    primary key (subject, subject_id)
) on commit drop

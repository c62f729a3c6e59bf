-- Whom the file names as having leads, as it writes them, and who of the team that is.
create temporary table sheet_people (
    name text not null,
    staff_id uuid not null
) on commit drop

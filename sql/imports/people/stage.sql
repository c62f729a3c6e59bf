-- Whom the file names as having its leads or opportunities, as it writes them, and who of the team that is: nobody where
-- several are called so.
create temporary table sheet_people (
    name text not null,
    staff_id uuid
) on commit drop

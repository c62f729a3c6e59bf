-- What changed visits said before, for undoing the import.
insert into import_rows (shop_id, import_id, row_number, outcome, subject_id, before)
select
    visits.shop_id,
    :import_id,
    sheet_visits.first_row,
    'updated',
    visits.id,
    jsonb_build_object('visit', to_jsonb(visits))
from sheet_visits
inner join visits
    on
        visits.shop_id = :shop_id
        and sheet_visits.visit_id = visits.id
where sheet_visits.state = 'changed'

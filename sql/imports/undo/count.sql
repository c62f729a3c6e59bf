-- How much went and how much was restored, by what it is.
select
    subject,
    count(*) filter (where is_new and kept is null) as removed,
    count(*) filter (where not is_new and kept is null) as restored
from undo_subjects
where subject <> 'activation'
group by subject
order by subject

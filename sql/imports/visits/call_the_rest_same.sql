-- What is on file and did not change stays as it is.
update sheet_visits
set state = 'same'
where state = 'stored'

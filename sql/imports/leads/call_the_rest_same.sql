-- Who is on file and did not change stays as is.
update sheet_leads
set state = 'same'
where state = 'known'

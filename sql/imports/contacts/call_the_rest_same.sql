-- Who is on file and did not change stays as is.
update sheet_contacts
set state = 'same'
where state = 'known'

-- What is on file and did not change stays as it is; so does what stands further up in the file.
update sheet_deals
set state = 'same'
where state = 'stored'

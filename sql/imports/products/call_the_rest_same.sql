-- What is on the catalogue and did not change stays as it is.
update sheet_products
set state = 'same'
where state = 'known'

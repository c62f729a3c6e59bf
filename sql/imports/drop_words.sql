-- Take the staging table away.
drop table sheet_words

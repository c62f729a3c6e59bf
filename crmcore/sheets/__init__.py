"""Any spreadsheet becomes one table of text: which kind it is, where its header is, what its columns mean.

    sheet.py     open_sheet: the parent's side, holds the rows on disk in column batches
    child.py     the reading itself, in a process of its own with limits on memory and time
    kinds.py     what a file is, by its content; what is refused before it is read
    texts.py     csv, tsv, txt: encoding, separator, quotes
    workbooks.py xlsx, xlsb, xls, ods
    headers.py   which row names the columns
    batches.py   how rows travel: columns of text, a few thousand rows at a time
    columns.py   which column is which field, by its name and by its content
    fields.py    the fields of each noun and the names shops give them
    dates.py     dates and moments as spreadsheets write them

This file stays empty of imports: the child starts through it and must start in milliseconds.
"""

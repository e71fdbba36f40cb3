"""Small tables and sentences beside a log, whatever their files are called: what they say of splits, of rows on both
sides, of batches and of scales.

`forms` makes tables of text in any form, `words` says what a cell or a word speaks of, and one module per topic says
what such a table tells. Nothing here knows a cause.
"""

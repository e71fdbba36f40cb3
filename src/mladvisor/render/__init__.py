"""Series, marks and text in; rows of styled cells out. Knows nothing about machine learning or diagnosis."""

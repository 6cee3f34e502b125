"""What commands ask of the catalog, once they are called: each fills in an answer."""

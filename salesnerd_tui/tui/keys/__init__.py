"""Which key does what: the names of keys, the tables of all screens, and the file in which a person has their own."""

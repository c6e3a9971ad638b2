"""How events leave the database: one shape for each kind of reader, each written row by row."""

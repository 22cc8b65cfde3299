"""Tables and arrays of labels: where they are read, and what one pass over them counts."""

"""The rule base: YAML read into records, matched by bitmasks, and proven to be complete."""

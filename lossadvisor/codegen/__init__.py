"""Programs from templates: `#:` markers chosen, imported parts inlined, user values as literals."""

"""Pictures of what a loss does, from the code that programs use."""

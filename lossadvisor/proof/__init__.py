"""Programs proven: each runs in a process of its own, against checks of what it means."""

"""One module for each way in which labels are laid out: `recognises(source)` and `profile(source)`."""

"""What labels are: read, profiled, and turned into answers."""

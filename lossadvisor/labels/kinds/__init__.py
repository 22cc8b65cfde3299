"""What labels are: hypotheses, weighed against each other."""

"""The questionnaire: which question comes next, and how a terminal asks it."""

"""Answers and verdicts for people (terminal, Markdown) and for programs (JSON, JUnit)."""

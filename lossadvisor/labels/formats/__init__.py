"""Formats of labels that are no tables: images, boxes, tokens."""

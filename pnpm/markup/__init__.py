"""Untrusted text to safe HTML."""

"""What measures the tests."""

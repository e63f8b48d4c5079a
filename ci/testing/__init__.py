"""What ci/test does: stages in order, their time, and one count of all tests."""

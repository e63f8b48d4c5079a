"""Real servers for tests: each started on a free port of 127.0.0.1 in its own temporary folder."""

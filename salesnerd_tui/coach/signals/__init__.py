"""What can be read from one sentence. Each module says what it means and where the idea comes from."""

"""What is handed in with a film: a write-up, a poster, and the sources that render it again."""

"""`python -m animegen` is the `storyboard` command."""

from animegen.cli.main import main

main()

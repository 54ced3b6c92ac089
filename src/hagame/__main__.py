"""`python -m hagame`: the command line."""

from hagame.cli import main

main()

"""Reports on a person's play over a while: numbers, plots and words, as a page and as a PDF, made in the background."""

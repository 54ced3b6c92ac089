"""Recorded decisions of people: a manifest and tables in, streams of decisions out."""

from hagame.cli.datasets.manifest import Entry, Manifest, read_manifest
from hagame.cli.datasets.reading import read_dataset
from hagame.cli.datasets.records import Dataset, Recorded

__all__ = ["Dataset", "Entry", "Manifest", "Recorded", "read_dataset", "read_manifest"]

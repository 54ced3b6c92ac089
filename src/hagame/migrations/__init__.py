"""The history of the schema. It lies inside the package, so that an installed `hagame up` can migrate."""

"""Speed and prediction, measured. Each prints one table and can write JSON."""

"""Board games: rules, places that can be searched, and features of moves."""

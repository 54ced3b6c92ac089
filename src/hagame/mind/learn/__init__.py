"""Models whose start is learnt from many people, how they are written down, and how well they do on people unseen."""

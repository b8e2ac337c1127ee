"""What runs: the objects of clusters, how they hang together, how they are drawn, and the commands that show them."""

"""Questions for numbers: the most of something, sums, shares, splits, comparisons."""

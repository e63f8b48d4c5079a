"""What ci/bench does: rounds of ours and peer in turn, the median of their ratios, a verdict."""

"""Speed, as ratios measured in one run: `make bench`, or `make bench SIZE=large`."""

"""Downloads the data set, finds copies, splits it, and reads its images."""

"""All input and output: files, git, the clock."""

"""Parts of the benchmark of full-size models on a GPU."""

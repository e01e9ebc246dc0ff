"""A fuzzer of three-way merges: plans, edits of them, and an oracle that knows what each side did."""

"""One file a rule: each has its RULE. A new file here is a new rule; the table in docs/ is made from them."""

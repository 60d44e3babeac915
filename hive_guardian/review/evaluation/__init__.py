"""How the reviewer is measured: labelled cases, a model that follows a script, and what is counted."""

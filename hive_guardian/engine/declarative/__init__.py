"""Rules without code: `*.rule.toml` files, compiled into the same classes that Python rules are.

Text goes in, a rule class comes out; nothing of the text is ever executed. Whoever has the text read the file.
"""

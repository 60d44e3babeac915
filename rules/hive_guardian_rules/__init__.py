"""The golden rules: a plugin like any other, found through the entry-point group `hive_guardian`."""

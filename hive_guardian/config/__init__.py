"""Configuration: from the text of the project's files to frozen data with provenance.

Pure: a `FileTree` goes in, a `ConfigSet` comes out. Importing this package loads no third-party code and no rule,
because the run over an unchanged project needs it; what does need rules or pydantic is in `options` and `json_schema`.
"""

"""What spans files: path roles, components, manifests, versions, distributions."""

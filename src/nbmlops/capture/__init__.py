"""What a cell did: scope, parameters, metrics, data, files, environment."""

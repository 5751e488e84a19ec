"""What a prompt becomes: templates, choices and the field's own syntax. Unaware of YAML."""

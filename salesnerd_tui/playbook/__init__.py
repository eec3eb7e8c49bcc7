"""What to ask: the playbook language, read from YAML with positions, checked, merged and kept as files."""

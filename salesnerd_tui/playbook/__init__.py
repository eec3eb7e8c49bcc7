"""Playbook language: reading YAML with positions, checking, merging and building playbooks."""

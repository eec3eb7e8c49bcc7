"""The `salesnerd` command; each verb imports what it needs."""

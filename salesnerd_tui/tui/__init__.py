"""Full-screen interface: Textual screens that translate keys and events, and make no decisions."""

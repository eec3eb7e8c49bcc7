"""What the voice tests share: a sound server of their own, and speech made from a written dialogue."""

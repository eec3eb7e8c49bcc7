"""Labeled conversations, and how well a judge of drift reads them."""

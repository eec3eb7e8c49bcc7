"""Preparing a call: the prep questions walked as a call is, and a plan that the live call begins with."""

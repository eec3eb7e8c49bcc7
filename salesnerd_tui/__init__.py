"""salesnerd: a terminal coach for engineers who ended up selling."""

__version__ = "0.1.0"

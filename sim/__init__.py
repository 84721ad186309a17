"""tongban: simulate, replay and mock a national network of online public services from one set of documents."""

__version__ = "0.1.0"

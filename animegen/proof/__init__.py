"""What proves where a film comes from: its lineage, the seal in its file, the audit of both."""

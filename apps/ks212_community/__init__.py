"""KS212 Community: one network of the 212 Mart outlets, on ERPNext's own ledger."""

__version__ = "0.1.0"

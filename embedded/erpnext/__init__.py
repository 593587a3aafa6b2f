"""As much of ERPNext 15 as KS212 Community touches: warehouses, items, bins, the stock ledger, two kinds of
document."""

__version__ = "15.53.1"

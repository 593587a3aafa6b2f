"""Measurements on ERPNext: how the app's main paths compare with ERPNext's own, as ratios from one run."""

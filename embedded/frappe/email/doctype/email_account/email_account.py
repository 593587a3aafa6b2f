class EmailAccount:
	@staticmethod
	def find_default_outgoing():
		"""None: no mail goes out from here."""

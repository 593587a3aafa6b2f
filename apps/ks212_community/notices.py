"""How people learn what they must know or do next: by e-mail where there is an address that can exist, in the
desk for head office.

Recipients are those of the document, never everybody with a role; and nothing is sent before the step that it
tells of is committed. What is told of which step is each area's own: stock_exchange/notices.py,
umkm_supply/notices.py and others.
"""

import frappe
from frappe import _
from frappe.utils import escape_html, get_url

from ks212_community.permissions import in_term

# Portal users who log in by phone have a made-up address under a domain that cannot exist.
NO_ADDRESS = ".invalid"


def to_people(
	people: list[str], message: str, doctype: str, name: str, values: dict, path: str = "/umkm"
) -> None:
	"""Mail `message` (English, with {placeholders} for `values`) to users or plain e-mail addresses after the
	commit.

	Each gets it in their own language, with a link to `path`. Whoever takes the step is not told of it.
	"""
	if people := _others(people):
		later(
			"ks212_community.notices.send_mail",
			people=people,
			message=message,
			doctype=doctype,
			name=name,
			path=path,
			values=values,
		)


def to_pusat(community: str | None, message: str, doctype: str, name: str, values: dict) -> None:
	"""Leave `message` in the desk of the community's coordinator, else of the settings' contacts, after the
	commit."""
	if people := _others(pusat_of(community)):
		later(
			"ks212_community.notices.notify_desk",
			people=people,
			message=message,
			doctype=doctype,
			name=name,
			values=values,
		)


def _others(people: list[str | None]) -> list[str]:
	return [person for person in dict.fromkeys(people) if person and person != frappe.session.user]


def later(method: str, **arguments) -> None:
	"""Call `method` (a dotted path) in the background, once what is happening now is committed."""
	frappe.enqueue(method, queue="short", enqueue_after_commit=True, **arguments)


# -- who ----------------------------------------------------------------------------------------------------


def users_of(supplier: str) -> list[str]:
	"""Return the portal users of a supplier, in a fixed order."""
	return frappe.get_all(
		"Portal User",
		filters={"parent": supplier, "parenttype": "Supplier"},
		pluck="user",
		order_by="idx",
	)


def managers_of(community: str | None) -> list[str]:
	"""Return the users who manage a community today, in a fixed order."""
	Manager = frappe.qb.DocType("Community Manager")
	rows = (
		frappe.qb.from_(Manager)
		.select(Manager.user)
		.where((Manager.parent == (community or "")) & in_term(Manager))
		.orderby(Manager.idx)
		.run()
	)
	return [user for (user,) in rows if user]


def pusat_of(community: str | None) -> list[str]:
	"""Return the coordinator of a community, else the settings' contacts."""
	coordinator = community and frappe.get_cached_value("Community", community, "kpk_coordinator")
	if coordinator:
		return [coordinator]
	return [row.user for row in frappe.get_cached_doc("KS212 Settings").pusat_contacts]


def community_of(supplier: str) -> str | None:
	"""Return the community that a supplier belongs to."""
	return frappe.db.get_value("Supplier", supplier, "ks212_community")


# -- how ----------------------------------------------------------------------------------------------------


def can_mail() -> bool:
	"""Whether the site sends mail. One that does not is not in error: its people look at the portal."""
	from frappe.email.doctype.email_account.email_account import EmailAccount

	return bool(EmailAccount.find_default_outgoing())


def send_mail(people: list[str], message: str, doctype: str, name: str, path: str, values: dict) -> None:
	"""Send one notice to each of `people` who has an address; `path` is on this site, or a whole address."""
	if not can_mail():
		return
	link = escape_html(path if "://" in path else get_url(path))
	for person in people:
		user = frappe.db.get_value("User", person, ["email", "language"], as_dict=True)
		address = user.email if user else person
		if not address or address.endswith(NO_ADDRESS):
			continue
		text = in_words(message, values, user and user.language)
		frappe.sendmail(
			recipients=[address],
			subject=" ".join(text.split())[:140],
			message=f'<p>{escape_html(text)}</p><p><a href="{link}">{link}</a></p>',
			reference_doctype=doctype,
			reference_name=name,
		)


def notify_desk(people: list[str], message: str, doctype: str, name: str, values: dict) -> None:
	"""Leave an alert in the desk of each of `people`; Frappe mails it to those who want that."""
	for user in people:
		text = in_words(message, values, frappe.get_cached_value("User", user, "language"))
		frappe.get_doc(
			{
				"doctype": "Notification Log",
				"for_user": user,
				"type": "Alert",
				"document_type": doctype,
				"document_name": name,
				"subject": escape_html(text),
			}
		).insert(ignore_permissions=True)


def in_words(message: str, values: dict, language: str | None) -> str:
	"""Return a notice's text in a language, Indonesian where none is chosen."""
	return _(message, language or "id").format(**values)

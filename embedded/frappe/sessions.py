"""Who is at the other end: sessions kept in a table, named by the `sid` cookie."""

import json
from urllib.parse import unquote

import frappe
from frappe.utils import add_to_date, now

EXPIRY_SECONDS = 240 * 3600


def get_csrf_token():
	data = frappe.local.session.data
	if not data.csrf_token:
		data.csrf_token = frappe.generate_hash()
		frappe.local.session_obj.update()
	return data.csrf_token


class Session:
	def __init__(self, user=None):
		"""A new session of `user`, else the one that the request's cookie names, else Guest's."""
		self.sid = unquote(frappe.request.cookies.get("sid", "Guest")) if not user else frappe.generate_hash()
		data = frappe._dict(user=user) if user else self.resume() or frappe._dict(user="Guest")
		if user:
			row = (self.sid, user, json.dumps(data), now())
			frappe.db.sql("INSERT INTO `tabSessions` VALUES (?, ?, ?, ?)", row)
			frappe.db.commit()
		self.sid = "Guest" if data.user == "Guest" else self.sid
		frappe.local.session = frappe._dict(user=data.user, sid=self.sid, data=data)

	def resume(self):
		sql = "SELECT `sessiondata` FROM `tabSessions` WHERE `sid` = ? AND `lastupdate` > ?"
		row = frappe.db.sql(sql, (self.sid, add_to_date(now(), seconds=-EXPIRY_SECONDS))).fetchone()
		data = frappe._dict(json.loads(row[0])) if row else None
		return data if data and frappe.db.get_value("User", data.user, "enabled") else None

	def update(self):
		"""Keep the session's data; Guest, whom all share, has none."""
		row = (json.dumps(frappe.local.session.data), now(), self.sid)
		frappe.db.sql("UPDATE `tabSessions` SET `sessiondata` = ?, `lastupdate` = ? WHERE `sid` = ?", row)
		frappe.db.commit()


def delete_session(sid):
	frappe.db.sql("DELETE FROM `tabSessions` WHERE `sid` = ?", (sid,))

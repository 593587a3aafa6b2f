"""Passwords, hashed as Frappe hashes them."""

from passlib.context import CryptContext

import frappe

passlibctx = CryptContext(schemes=["pbkdf2_sha256"], pbkdf2_sha256__rounds=1000)


def update_password(user, pwd):
	frappe.db.sql("REPLACE INTO `__Auth` VALUES (?, ?)", (user, passlibctx.hash(pwd)))


def check_password(user, pwd):
	row = frappe.db.sql("SELECT `password` FROM `__Auth` WHERE `name` = ?", (user,)).fetchone()
	return bool(row) and passlibctx.verify(pwd, row[0])

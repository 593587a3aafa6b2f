// What the desk's forms share: calls with a key, dialogs, and how a course is drawn.

frappe.provide("ks212");

Object.assign(ks212, {
	// A key makes a repeated call harmless: one dialog, one key.
	new_key() {
		return `desk-${frappe.utils.get_random(24)}`;
	},

	call(method, args, area = "exchange") {
		return frappe
			.call({
				method: `ks212_community.api.${area}.${method}`,
				type: "POST",
				args,
				freeze: true,
			})
			.then((r) => r.message);
	},

	ask_reason({ title, label, intro, action }) {
		const key = ks212.new_key();
		const dialog = new frappe.ui.Dialog({
			title,
			fields: [
				{ fieldtype: "HTML", options: intro ? `<p>${intro}</p>` : "" },
				{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: 1 },
			],
			primary_action_label: label,
			primary_action: ({ reason }) => action(reason, key).then(() => dialog.hide()),
		});
		dialog.show();
		return dialog;
	},

	escape(text) {
		return frappe.utils.escape_html(text == null ? "" : String(text));
	},

	qty(value, uom) {
		return `${ks212.number(value)} ${ks212.escape(__(uom || ""))}`.trim();
	},

	number(value) {
		const digits = [0, 1, 2].find((count) => flt(value, count) === flt(value, 3));
		return format_number(flt(value, 3), null, digits === undefined ? 3 : digits);
	},

	// On which terms goods of another company come: a price, on loan, on consignment; nothing inside a company.
	terms(row, loan_days) {
		return (
			{
				Sale: row.price == null ? "" : format_currency(row.price, "IDR", 2),
				Loan: __("On loan, back in {0} days", [loan_days]),
				Consignment: __("On consignment"),
			}[row.terms] || ""
		);
	},

	pill(status) {
		const colour = frappe.boot.ks212_states[status] || "grey";
		return `<span class="indicator-pill no-indicator-dot ${colour}">${__(status)}</span>`;
	},

	form_link(doctype, name, label) {
		return `<a href="${frappe.utils.get_form_link(doctype, name)}">${ks212.escape(
			label || name
		)}</a>`;
	},

	is_past(moment) {
		return Boolean(moment) && moment < frappe.datetime.now_datetime();
	},

	// A moment as the user writes it, without seconds.
	moment(value) {
		return frappe.datetime.str_to_user(value).replace(/(\d:\d\d):\d\d/, "$1");
	},

	// "24-11-2026 17:00 (in 3 hours)", in red where it has passed.
	deadline(value) {
		if (!value) return "";
		if (ks212.is_past(value)) {
			return `<span class="text-danger">${ks212.moment(value)} (${comment_when(value)})</span>`;
		}
		return `${ks212.moment(value)} (${ks212.time_left(value)})`;
	},

	time_left(value) {
		const hours = frappe.datetime.get_hour_diff(value, frappe.datetime.now_datetime());
		if (hours < 1) return __("in less than an hour");
		return hours < 48
			? __("in {0} hours", [Math.floor(hours)])
			: __("in {0} days", [Math.floor(hours / 24)]);
	},
});

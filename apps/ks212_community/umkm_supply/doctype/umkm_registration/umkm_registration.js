// What the reviewer needs beside the fields: who has the same numbers, a reason for a rejection, the invitation.

frappe.ui.form.on("UMKM Registration", {
	refresh(frm) {
		frm.get_field("duplicates").$wrapper.empty();
		if (frm.is_new()) return;
		if (["Approved", "Rejected"].includes(frm.doc.status)) {
			// Decided: the supplier is changed from here on.
			frm.disable_form();
		} else if (frappe.user.has_role("KS212 Pusat")) {
			show_duplicates(frm);
		}
		if (frm.doc.status === "Approved" && frappe.user.has_role("KS212 Pusat")) {
			frm.add_custom_button(__("Invite to the Portal"), () => invite(frm));
		}
	},

	before_workflow_action(frm) {
		if (frm.selected_workflow_action !== "Reject" || frm.doc.reason) return;
		// The Workflow's own Reject asks for no reason; ours does, and takes the same step.
		frappe.dom.unfreeze();
		reject(frm);
		return new Promise(() => {});
	},
});

function reject(frm) {
	ks212.ask_reason({
		title: __("Reject"),
		intro: __("The member is told why."),
		label: __("Reject"),
		action: (reason, key) =>
			ks212
				.call("reject", { registration: frm.doc.name, reason, key }, "registration")
				.then(() => frm.reload_doc()),
	});
}

function show_duplicates(frm) {
	frappe
		.xcall("ks212_community.api.registration.get_registration", {
			registration: frm.doc.name,
		})
		.then((view) => {
			// The form may show another registration by the time the answer is here.
			if (view.name !== frm.doc.name) return;
			frm.get_field("duplicates").$wrapper.html(duplicates_html(view.duplicates));
		});
}

function duplicates_html(duplicates) {
	const title = `<label class="control-label">${__("Possible Duplicates")}</label>`;
	if (!duplicates.length) {
		return `${title}<p class="text-muted">${__(
			"Nobody else has this NIB, phone or bank account."
		)}</p>`;
	}
	const kinds = { nib: __("Same NIB"), phone: __("Same phone"), bank: __("Same bank account") };
	// One line a document, whatever it has in common with this one.
	const found = new Map();
	duplicates.forEach(({ kind, doctype, name, title: text }) => {
		const link = `${__(doctype)} ${ks212.form_link(doctype, name, text)}`;
		found.set(link, [...(found.get(link) || []), kinds[kind]]);
	});
	const rows = [...found].map(([link, same]) => `<li>${same.join(", ")}: ${link}</li>`);
	return `${title}<ul class="text-danger list-unstyled">${rows.join("")}</ul>`;
}

function invite(frm) {
	const args = { registration: frm.doc.name };
	ks212.call("invite", args, "registration").then(({ link, whatsapp }) => {
		const intro = __(
			"Here {0} chooses a password. It works once; an earlier link does not work any more.",
			[ks212.escape(frm.doc.owner_name)]
		);
		const dialog = new frappe.ui.Dialog({
			title: __("Invite to the Portal"),
			fields: [
				{ fieldtype: "HTML", options: `<p>${intro}</p>` },
				{ fieldname: "link", fieldtype: "Small Text", read_only: 1, default: link },
			],
			primary_action_label: __("Send by WhatsApp"),
			primary_action: () => {
				window.open(whatsapp, "_blank", "noopener");
				dialog.hide();
			},
		});
		dialog.set_secondary_action_label(__("Copy"));
		dialog.set_secondary_action(() => frappe.utils.copy_to_clipboard(link));
		dialog.show();
	});
}

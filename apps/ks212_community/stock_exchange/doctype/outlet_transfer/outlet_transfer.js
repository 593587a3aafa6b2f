// What was done (the event's action) -> how the course calls it.
const KS212_STEPS = {
	ask: __("Asked"),
	promise: __("Promised"),
	approve: __("Approved"),
	approve_by_rule: __("Approved by the rule"),
	reject: __("Rejected by head office"),
	decline: __("Declined"),
	withdraw: __("Taken back"),
	release: __("No longer needed"),
	expire: __("Deadline passed"),
	dispatch: __("Sent"),
	receive: __("Counted in"),
	differ: __("Counted in with a difference"),
	settle_part: __("Settled in part"),
	settle: __("Settled"),
	close: __("Closed"),
	undo_dispatch: __("Dispatch cancelled"),
	undo_receipt: __("Receipt cancelled"),
	loan_sold: __("Paid instead of given back"),
	loan_waived: __("Need not be given back"),
	loan_reopened: __("To be given back again"),
};

frappe.ui.form.on("Outlet Transfer", {
	setup(frm) {
		frm.set_indicator_formatter("item_code", (row) => (row.missing_qty ? "red" : "green"));
	},

	refresh(frm) {
		// Nothing is typed here: every step is taken by a button.
		frm.disable_save();
		add_links(frm);
		if (frm.doc.loan_open && frappe.model.can_create("Loan Settlement")) {
			add_button(frm, __("End Loan"), () =>
				frappe.model.open_mapped_doc({
					method: "ks212_community.stock_exchange.doctype.loan_settlement.loan_settlement.make_loan_settlement",
					source_name: frm.doc.name,
				})
			);
		}
		frappe
			.xcall("ks212_community.api.exchange.get_transfer", { transfer: frm.doc.name })
			.then((view) => {
				// The form may show another transfer by the time the answer is here.
				if (view.name !== frm.doc.name) return;
				draw_headline(frm, view);
				draw_timeline(frm, view);
				// Withdraw does what Cancel would, and keeps the reason.
				frm.page.clear_secondary_action();
				for (const action of view.actions) {
					if (BUTTONS[action]) BUTTONS[action](frm, view);
				}
			});
	},

	before_workflow_action(frm) {
		if (frm.selected_workflow_action !== "Reject") return;
		// The Workflow's own Reject takes no reason; ours does, and takes the same step.
		frappe.dom.unfreeze();
		reject(frm);
		return new Promise(() => {});
	},
});

function step(frm, method, args) {
	return ks212.call(method, { transfer: frm.doc.name, ...args }).then(() => frm.reload_doc());
}

const BUTTONS = {
	answer(frm, view) {
		const label = view.status === "Asked" ? __("Answer") : __("Promise After All");
		add_button(frm, label, () => answer(frm, view), view.status === "Asked");
	},
	reject(frm) {
		add_button(frm, __("Reject"), () => reject(frm));
	},
	dispatch(frm, view) {
		add_button(frm, __("Send"), () => dispatch(frm, view), true);
	},
	receive(frm, view) {
		add_button(frm, __("Count In"), () => receive(frm, view), view.status === "In Transit");
	},
	settle(frm, view) {
		add_button(frm, __("Settle"), () => settle(frm, view), true);
	},
	give_back(frm, view) {
		add_button(frm, __("Give Back"), () => give_back(frm, view));
	},
	withdraw(frm) {
		add_button(frm, __("Withdraw"), () =>
			ks212.ask_reason({
				title: __("Withdraw"),
				intro: __(
					"Nothing has moved yet. Both outlets are told, and other outlets are asked."
				),
				label: __("Withdraw"),
				action: (reason, key) => step(frm, "withdraw", { reason, key }),
			})
		);
	},
};

function add_button(frm, label, action, primary) {
	const button = frm.add_custom_button(label, action);
	if (primary) button.removeClass("btn-default").addClass("btn-primary");
}

function add_links(frm) {
	const links = [
		["Material Request", "material_request", __("Material Request")],
		["Stock Entry", "dispatch_entry", __("Dispatch Entry")],
		["Stock Entry", "receipt_entry", __("Receipt Entry")],
		["Stock Entry", "settlement_entry", __("Settlement Entry")],
		["Stock Entry", "handover_entry", __("Handover Entry")],
		["Stock Entry", "loan_out_entry", __("Loan Out Entry")],
		["Stock Entry", "loan_in_entry", __("Loan In Entry")],
		["Journal Entry", "difference_entry", __("Difference Entry")],
		["Delivery Note", "delivery_note", __("Delivery Note")],
		["Purchase Receipt", "purchase_receipt", __("Purchase Receipt")],
		["Delivery Note", "return_note", __("Return Note")],
		["Sales Invoice", "sales_invoice", __("Sales Invoice")],
		["Purchase Invoice", "purchase_invoice", __("Purchase Invoice")],
		["Outlet Transfer", "return_of", __("Loan")],
		["Inter Outlet Request", "request", __("Request")],
	];
	for (const [doctype, field, label] of links) {
		if (frm.doc[field] && frappe.model.can_read(doctype)) {
			frm.add_custom_button(
				label,
				() => frappe.set_route("Form", doctype, frm.doc[field]),
				__("View")
			);
		}
	}
	if (frm.doc.loan_days && frappe.model.can_read("Loan Settlement")) {
		frm.add_custom_button(
			__("Loan Settlement"),
			() => frappe.set_route("List", "Loan Settlement", { loan: frm.doc.name }),
			__("View")
		);
	}
	if (frm.doc.dispatch_entry || frm.doc.delivery_note) {
		frm.add_custom_button(__("Delivery Slip"), () => frm.print_doc());
	}
}

// -- what is shown -------------------------------------------------------------------------------------------

function draw_timeline(frm, view) {
	const items = view.events.map((event) => {
		const colour = frappe.boot.ks212_states[event.to_status] || "grey";
		return `<li>
			<span class="dot" style="background: var(--${dot_colour(colour)})"></span>
			<b>${KS212_STEPS[event.action] || ks212.escape(__(event.action))}</b>
			<span class="when">
				· ${ks212.escape(event.user_name)} · ${ks212.moment(event.at)}
			</span>
			${event.reason ? `<br><span class="why">${ks212.escape(event.reason)}</span>` : ""}
		</li>`;
	});
	frm.get_field("timeline").$wrapper.html(`<ul class="ks212-timeline">${items.join("")}</ul>`);
}

function dot_colour(colour) {
	return { darkgrey: "gray-700", grey: "gray-500" }[colour] || `${colour}-500`;
}

function draw_headline(frm, view) {
	const waits_for = {
		Asked: __("{0} must answer by {1}"),
		Promised:
			view.approval_status === "Approved"
				? __("{0} must send the goods by {1}")
				: __("Head office must approve by {1}"),
		"In Transit": __("{0} must count the goods in by {1}"),
	}[view.status];
	const party = view.status === "In Transit" ? view.target : view.source;
	if (waits_for && view.deadline) {
		const text = waits_for
			.replace("{0}", `<b>${ks212.escape(party.outlet_name)}</b>`)
			.replace("{1}", ks212.deadline(view.deadline));
		// Of a text that begins with a tag Frappe keeps the first element alone.
		frm.dashboard.set_headline(
			`<div>${text}</div>`,
			ks212.is_past(view.deadline) ? "red" : "blue"
		);
	} else if (view.settle_actions && view.settle_actions.length) {
		frm.dashboard.set_headline(
			__("Counted and sent differ. Head office must settle it."),
			"red"
		);
	}
}

// -- dialogs -------------------------------------------------------------------------------------------------

function lines_dialog(frm, { title, intro, columns, data, fields, label, action, secondary }) {
	const key = ks212.new_key();
	const dialog = new frappe.ui.Dialog({
		title,
		size: "large",
		fields: [
			{ fieldtype: "HTML", options: `<p>${intro}</p>` },
			{
				fieldname: "items",
				fieldtype: "Table",
				label: __("Items"),
				cannot_add_rows: true,
				cannot_delete_rows: true,
				in_place_edit: true,
				data,
				fields: columns,
			},
			...(fields || []),
		],
		primary_action_label: label,
		primary_action: (values) => action(values, key).then(() => dialog.hide()),
	});
	if (secondary) {
		dialog.set_secondary_action_label(secondary.label);
		dialog.set_secondary_action(() => {
			dialog.hide();
			secondary.action();
		});
	}
	dialog.show();
	return dialog;
}

const ITEM = { fieldname: "item", fieldtype: "Data", label: __("Item"), read_only: 1, columns: 4 };
const UOM = { fieldname: "uom", fieldtype: "Data", label: __("UOM"), read_only: 1, columns: 1 };

function column(fieldname, label, options) {
	return { fieldname, label, fieldtype: "Float", columns: 2, ...options };
}

// Dialog tables show only what is marked for the list view.
function in_list(columns) {
	return columns.map((col) => ({ in_list_view: 1, ...col }));
}

function line(row, values) {
	return { row: row.row, item: row.item_name, uom: row.stock_uom, ...values };
}

function answer(frm, view) {
	// What is lent has one term for all: it stands above the table.
	const loan = view.items.find((row) => row.terms === "Loan");
	const terms = view.items.some((row) => row.terms && row.terms !== "Loan")
		? [
				{
					fieldname: "terms",
					fieldtype: "Data",
					label: __("Price"),
					read_only: 1,
					columns: 2,
				},
			]
		: [];
	lines_dialog(frm, {
		title: __("Answer for {0}", [view.source.outlet_name]),
		intro: [
			__("What can {0} give? 0 means nothing.", [
				`<b>${ks212.escape(view.source.outlet_name)}</b>`,
			]),
			loan ? ks212.terms(loan, view.loan_days) : "",
		]
			.filter(Boolean)
			.join("<br>"),
		columns: in_list([
			terms.length ? { ...ITEM, columns: 3 } : ITEM,
			column("asked", __("Asked"), { read_only: 1, columns: 1 }),
			column("free", __("Can Give"), { read_only: 1, columns: terms.length ? 1 : 2 }),
			column("qty", __("Promised")),
			UOM,
			...terms,
		]),
		data: view.items.map((row) => {
			const asked = row.open_qty || row.asked_qty;
			const free = row.free_qty == null ? asked : row.free_qty;
			return line(row, {
				asked: row.asked_qty,
				free,
				qty: Math.min(asked, free),
				terms: ks212.terms(row, view.loan_days),
			});
		}),
		fields: [{ fieldname: "reason", fieldtype: "Data", label: __("Remarks") }],
		label: __("Promise"),
		action: ({ items, reason }, key) =>
			step(frm, "answer", {
				items: items.map(({ row, qty }) => ({ row, qty: qty || 0 })),
				reason,
				key,
			}),
		secondary: view.status === "Asked" && {
			label: __("Decline"),
			action: () =>
				ks212.ask_reason({
					title: __("Decline"),
					intro: __("Say why {0} cannot give anything: it helps the next outlet.", [
						ks212.escape(view.source.outlet_name),
					]),
					label: __("Decline"),
					action: (reason, key) => step(frm, "answer", { items: [], reason, key }),
				}),
		},
	});
}

function reject(frm) {
	ks212.ask_reason({
		title: __("Reject"),
		intro: __("Both outlets read the reason."),
		label: __("Reject"),
		action: (reason, key) => step(frm, "reject", { reason, key }),
	});
}

function dispatch(frm, view) {
	const rows = view.items.filter((row) => row.promised_qty);
	const columns = [
		{ ...ITEM, columns: 3 },
		column("promised", __("Promised"), { read_only: 1, columns: 1 }),
		column("qty", __("Sent")),
		{ ...UOM },
	];
	if (rows.some((row) => row.has_batch_no)) {
		columns.push({
			fieldname: "batch_no",
			fieldtype: "Link",
			options: "Batch",
			label: __("Batch"),
			columns: 2,
			get_query: (doc) => ({ filters: doc && doc.item_code ? { item: doc.item_code } : {} }),
		});
	}
	if (rows.some((row) => row.has_serial_no)) {
		columns.push({
			fieldname: "serial_no",
			fieldtype: "Small Text",
			label: __("Serial Numbers"),
			columns: 2,
		});
	}
	lines_dialog(frm, {
		title: __("Send for {0}", [view.source.outlet_name]),
		intro: rows.some((row) => row.has_batch_no)
			? __("Without a batch the goods that expire first are sent.")
			: __("What leaves {0} for {1}?", [
					ks212.escape(view.source.outlet_name),
					ks212.escape(view.target.outlet_name),
				]),
		columns: in_list(columns),
		data: rows.map((row) =>
			line(row, {
				item_code: row.item_code,
				promised: row.promised_qty,
				qty: row.promised_qty,
			})
		),
		fields: [
			{ fieldtype: "Section Break" },
			{
				fieldname: "handover",
				fieldtype: "Select",
				label: __("Handover"),
				options: [
					{ value: "Deliver", label: __("Deliver") },
					{ value: "Fetch", label: __("Fetch") },
				],
				default: "Deliver",
			},
			{ fieldname: "vehicle_no", fieldtype: "Data", label: __("Vehicle") },
			{ fieldtype: "Column Break" },
			{ fieldname: "driver_name", fieldtype: "Data", label: __("Driver") },
			{ fieldname: "driver_phone", fieldtype: "Data", label: __("Driver's Phone") },
		],
		label: __("Send"),
		action: ({ items, ...handover }, key) =>
			step(frm, "dispatch", {
				...handover,
				items: items.map(({ row, qty, batch_no, serial_no }) => ({
					row,
					qty: qty || 0,
					batch_no,
					serial_no,
				})),
				key,
			}),
	});
}

function receive(frm, view) {
	const rows = view.items.filter((row) => row.sent_qty);
	const columns = [
		{ ...ITEM, columns: 3 },
		column("sent", __("Sent"), { read_only: 1 }),
		column("received_qty", __("Good")),
		column("damaged_qty", __("Damaged")),
		UOM,
	];
	if (rows.some((row) => row.has_serial_no)) {
		columns.push({
			fieldname: "serial_no",
			fieldtype: "Small Text",
			label: __("Serial Numbers"),
			columns: 2,
		});
	}
	lines_dialog(frm, {
		title: __("Count In for {0}", [view.target.outlet_name]),
		intro: __(
			"Enter what was counted. Fewer, damaged or more than sent becomes a discrepancy that head office settles."
		),
		columns: in_list(columns),
		data: rows.map((row) =>
			line(row, {
				item: row.batch_no ? `${row.item_name} · ${row.batch_no}` : row.item_name,
				sent: row.sent_qty,
				received_qty: row.sent_qty,
				damaged_qty: 0,
			})
		),
		label: __("Count In"),
		action: ({ items }, key) =>
			step(frm, "receive", {
				items: items.map(({ row, received_qty, damaged_qty, serial_no }) => ({
					row,
					received_qty: received_qty || 0,
					damaged_qty: damaged_qty || 0,
					serial_no,
				})),
				key,
			}),
	});
}

function give_back(frm, view) {
	const rows = view.loan.filter((row) => row.left);
	lines_dialog(frm, {
		title: __("Give Back to {0}", [view.source.outlet_name]),
		intro: __(
			"The same goods, by {0}. They are sent and counted in as a transfer of their own.",
			[frappe.datetime.str_to_user(view.return_by)]
		),
		columns: in_list([
			ITEM,
			column("owed", __("Owed"), { read_only: 1 }),
			column("qty", __("Given Back")),
			UOM,
		]),
		data: rows.map((row) => ({
			item_code: row.item_code,
			item: row.item_name,
			uom: row.stock_uom,
			owed: row.owed,
			qty: row.left,
		})),
		label: __("Give Back"),
		action: ({ items }, key) =>
			ks212
				.call("give_back", {
					transfer: frm.doc.name,
					items: items.map(({ item_code, qty }) => ({ item_code, qty: qty || 0 })),
					key,
				})
				.then((back) => frappe.set_route("Form", "Outlet Transfer", back.name)),
	});
}

const MEANING = {
	"Return to Source": __("What is missing goes back into the source's stock."),
	"Write Off": __("What is missing leaves the stock as a loss."),
	"Dispatch Surplus": __("A second transfer books what came too much; the source sends it."),
	"Return Surplus": __("What came too much goes back to the source; nothing is booked."),
};

function settle(frm, view) {
	const key = ks212.new_key();
	const differences = view.items.filter((row) => unsettled(row) > 0 || row.surplus_qty);
	const list = differences.map((row) => {
		const parts = [];
		if (unsettled(row) > 0) {
			parts.push(__("{0} missing", [ks212.qty(unsettled(row), row.stock_uom)]));
		}
		if (row.damaged_qty) {
			parts.push(__("{0} of it damaged", [ks212.qty(row.damaged_qty, row.stock_uom)]));
		}
		if (row.surplus_qty) {
			parts.push(__("{0} too many", [ks212.qty(row.surplus_qty, row.stock_uom)]));
		}
		return `<li><b>${ks212.escape(row.item_name)}</b>: ${parts.join(", ")}</li>`;
	});
	const dialog = new frappe.ui.Dialog({
		title: __("Settle"),
		fields: [
			{ fieldtype: "HTML", options: `<ul>${list.join("")}</ul>` },
			{
				fieldname: "action",
				fieldtype: "Select",
				label: __("Action"),
				options: view.settle_actions.map((value) => ({ value, label: __(value) })),
				default: view.settle_actions[0],
				reqd: 1,
				onchange() {
					dialog.set_df_property(
						"action",
						"description",
						MEANING[this.get_value()] || ""
					);
				},
			},
			{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: 1 },
		],
		primary_action_label: __("Settle"),
		primary_action: ({ action, reason }) =>
			step(frm, "settle", { action, reason, key }).then(() => dialog.hide()),
	});
	dialog.show();
}

// What is missing, or still on the road after the deadline.
function unsettled(row) {
	return flt(row.missing_qty) + flt(row.in_transit_qty);
}

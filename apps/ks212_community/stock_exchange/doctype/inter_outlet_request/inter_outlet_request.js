frappe.ui.form.on("Inter Outlet Request", {
	setup(frm) {
		frm.set_query("outlet", () => ({ filters: { status: "Active" } }));
		frm.set_query("item_code", "items", () => ({
			filters: { is_stock_item: 1, has_variants: 0, disabled: 0 },
		}));
		frm.set_query("uom", "items", (_doc, cdt, cdn) => ({
			filters: { name: ["in", (frm.item_uoms || {})[locals[cdt][cdn].item_code] || []] },
		}));
	},

	onload(frm) {
		if (frm.is_new() && !frm.doc.needed_by) {
			frm.set_value("needed_by", frappe.datetime.add_days(frappe.datetime.get_today(), 2));
		}
	},

	refresh(frm) {
		const draft = frm.doc.status === "Draft";
		frm.toggle_enable(["outlet", "needed_by", "items", "remarks"], draft);
		if (!draft) frm.disable_save();
		frm.set_intro("");
		if (frm.is_new()) {
			draw_shelf(frm);
			return;
		}
		if (draft) {
			frm.add_custom_button(__("Ask the Network"), () => ask(frm))
				.removeClass("btn-default")
				.addClass("btn-primary");
			draw_shelf(frm);
			return;
		}
		frappe
			.xcall("ks212_community.api.exchange.get_request", { request: frm.doc.name })
			.then((view) => {
				if (view.name !== frm.doc.name) return;
				draw_course(frm, view);
				if (view.actions.includes("cancel")) {
					frm.add_custom_button(__("Cancel Request"), () => cancel(frm));
				}
			});
	},

	outlet(frm) {
		draw_shelf(frm);
	},
});

frappe.ui.form.on("Inter Outlet Request Item", {
	item_code(frm, cdt, cdn) {
		frappe.model.set_value(cdt, cdn, "uom", "");
		draw_shelf(frm);
	},
	items_remove(frm) {
		draw_shelf(frm);
	},
});

function ask(frm) {
	const send = () =>
		frm.call({ doc: frm.doc, method: "ask", freeze: true }).then(() => frm.reload_doc());
	frappe.confirm(__("Ask the outlets that can give? They are told at once."), () =>
		frm.is_dirty() ? frm.save().then(send) : send()
	);
}

function cancel(frm) {
	ks212.ask_reason({
		title: __("Cancel Request"),
		intro: __("What is asked or promised is taken back; the outlets are told."),
		label: __("Cancel Request"),
		action: (reason, key) =>
			ks212
				.call("cancel_request", { request: frm.doc.name, reason, key })
				.then(() => frm.reload_doc()),
	});
}

// -- before the network is asked: what the outlet has itself, and how many could give -------------------------

function draw_shelf(frm) {
	const wrapper = frm.get_field("course").$wrapper;
	const codes = [...new Set((frm.doc.items || []).map((row) => row.item_code).filter(Boolean))];
	if (!frm.doc.outlet || !codes.length) {
		wrapper.html(
			`<p class="text-muted">${__(
				"Choose an outlet and items to see what it has itself and how many outlets can give."
			)}</p>`
		);
		return;
	}
	const outlet = frm.doc.outlet;
	Promise.all(codes.map((code) => find_item(code, outlet))).then((found) => {
		if (frm.doc.outlet !== outlet) return;
		frm.item_uoms = Object.fromEntries(
			found.filter(Boolean).map((item) => [item.item_code, item.uoms.map(({ uom }) => uom)])
		);
		const rows = found
			.filter(Boolean)
			.map(
				(item) => `<tr>
					<td>${ks212.escape(item.item_name)}</td>
					<td class="text-right">${ks212.qty(item.own_qty, item.stock_uom)}</td>
					<td class="text-right">${
						item.sources
							? `<a href="#" data-item="${ks212.escape(item.item_code)}">${item.sources}</a>`
							: 0
					}</td>
				</tr>`
			)
			.join("");
		wrapper.html(`<table class="table table-sm">
			<thead><tr>
				<th>${__("Item")}</th>
				<th class="text-right">${__("Own Stock")}</th>
				<th class="text-right">${__("Outlets That Can Give")}</th>
			</tr></thead>
			<tbody>${rows}</tbody>
		</table>`);
		wrapper.find("[data-item]").on("click", (event) => {
			event.preventDefault();
			const code = event.currentTarget.dataset.item;
			show_sources(
				frm,
				found.find((item) => item && item.item_code === code)
			);
		});
	});
}

// Who could give an item, how soon, and on which terms: what the promise will fix.
function show_sources(frm, item) {
	const row = frm.doc.items.find(({ item_code }) => item_code === item.item_code);
	const uom = item.uoms.find((known) => known.uom === row.uom) || item.uoms[0];
	frappe
		.xcall("ks212_community.api.exchange.rank_sources", {
			outlet: frm.doc.outlet,
			item_code: item.item_code,
			qty: (row.qty || 1) * uom.conversion_factor,
			needed_by: frm.doc.needed_by,
		})
		.then((sources) => {
			const body = sources
				.map(
					(source) => `<tr class="${source.askable ? "" : "text-muted"}">
						<td>${ks212.form_link("Outlet", source.outlet, source.outlet_name)}</td>
						<td>${source.can_give === "full" ? __("All") : __("A Part")}</td>
						<td class="text-right">${source.distance_km == null ? "" : ks212.number(source.distance_km)}</td>
						<td class="text-right">${source.days}</td>
						<td>${source.reason ? ks212.escape(source.reason) : ks212.terms(source, source.loan_days)}</td>
						<td>${ks212.escape(__(source.transport_paid_by || ""))}</td>
					</tr>`
				)
				.join("");
			new frappe.ui.Dialog({
				title: __("Who Can Give {0}", [item.item_name]),
				size: "large",
				fields: [
					{
						fieldtype: "HTML",
						options: `<table class="table table-sm">
							<thead><tr>
								<th>${__("Outlet")}</th>
								<th>${__("Can Give")}</th>
								<th class="text-right">${__("Distance (km)")}</th>
								<th class="text-right">${__("Days to Deliver")}</th>
								<th>${__("Price per {0}", [__(item.stock_uom)])}</th>
								<th>${__("Transport Paid By")}</th>
							</tr></thead>
							<tbody>${body}</tbody>
						</table>`,
					},
				],
			}).show();
		});
}

function find_item(code, outlet) {
	return frappe
		.xcall("ks212_community.api.exchange.find_item", { query: code, outlet })
		.then((items) => items.find((item) => item.item_code === code));
}

// -- after that: how far each line is, and who was asked ------------------------------------------------------

function draw_course(frm, view) {
	const legend = [
		["green-500", __("Received")],
		["purple-500", __("In Transit")],
		["blue-400", __("Promised")],
		["orange-300", __("Waiting for an Answer")],
		["red-400", __("Unmet")],
	]
		.map(
			([colour, label]) =>
				`<span><i style="background: var(--${colour})"></i>${label}</span>`
		)
		.join("");
	frm.get_field("course").$wrapper.html(`
		${view.items.map(progress).join("")}
		<div class="ks212-legend">${legend}</div>
		${transfers(view.transfers)}
	`);
}

function progress(row) {
	const received = flt(row.received_qty);
	const in_transit = flt(row.in_transit_qty);
	const promised = Math.max(0, flt(row.promised_qty) - received - in_transit);
	const unmet = flt(row.unmet_qty);
	const rest = Math.max(0, flt(row.stock_qty) - received - in_transit - promised - unmet);
	const parts = [
		["green-500", received],
		["purple-500", in_transit],
		["blue-400", promised],
		["orange-300", row.waiting ? rest : 0],
		["red-400", unmet],
	]
		.filter(([, qty]) => qty > 0)
		.map(
			([colour, qty]) =>
				`<span style="background: var(--${colour}); width: ${
					(100 * qty) / flt(row.stock_qty)
				}%" title="${ks212.qty(qty, row.stock_uom)}"></span>`
		)
		.join("");
	const asked =
		row.uom === row.stock_uom
			? ""
			: ` <span class="text-muted">(${ks212.qty(row.qty, row.uom)})</span>`;
	const waiting = row.waiting ? ` · ${__("{0} outlets have not answered", [row.waiting])}` : "";
	return `<div class="ks212-line">
		<div class="label-row">
			<span><b>${ks212.escape(row.item_name)}</b>${asked}</span>
			<span class="text-muted">${__("{0} of {1} received", [
				ks212.number(received),
				ks212.qty(row.stock_qty, row.stock_uom),
			])}${waiting}</span>
		</div>
		<div class="ks212-bar">${parts}</div>
	</div>`;
}

function transfers(rows) {
	if (!rows.length) {
		return `<p class="text-muted">${__("No outlet could be asked: nobody has these goods.")}</p>`;
	}
	const body = rows
		.map(
			(row) => `<tr>
				<td>${ks212.form_link("Outlet Transfer", row.name)}</td>
				<td>${ks212.form_link("Outlet", row.source_outlet, row.source_name)}</td>
				<td>${ks212.pill(row.status)}</td>
				<td class="text-right">${row.distance_km == null ? "" : ks212.number(flt(row.distance_km, 1))}</td>
				<td class="text-right">${row.days || ""}</td>
				<td>${ks212.deadline(row.deadline)}</td>
				<td>${ks212.escape(row.reason)}</td>
			</tr>`
		)
		.join("");
	return `<table class="table table-sm">
		<thead><tr>
			<th>${__("Transfer")}</th>
			<th>${__("Source")}</th>
			<th>${__("Status")}</th>
			<th class="text-right">${__("Distance (km)")}</th>
			<th class="text-right">${__("Days to Deliver")}</th>
			<th>${__("Deadline")}</th>
			<th>${__("Reason")}</th>
		</tr></thead>
		<tbody>${body}</tbody>
	</table>`;
}

// Everything works without this file: it only saves taps and keeps a form from being sent twice or into nothing.
(() => {
	const say = document.body.dataset;
	const offline = document.getElementById("offline");

	const error = document.getElementById("error");
	if (error) error.focus();

	// A notice belongs to the moment: reloading the page must not tell it again.
	const address = new URL(location.href);
	if (address.searchParams.has("ok")) {
		address.searchParams.delete("ok");
		history.replaceState(null, "", address);
	}

	document.addEventListener("submit", (event) => {
		const form = event.target;
		if (form.method !== "post") return;
		if (!navigator.onLine) {
			event.preventDefault();
			offline.textContent = say.offline;
			offline.hidden = false;
			offline.scrollIntoView({ block: "center" });
			return;
		}
		if (form.dataset.sent) return event.preventDefault();
		form.dataset.sent = "1";
		const button = event.submitter;
		if (button && button.classList.contains("btn")) {
			button.dataset.text = button.textContent;
			// After the event: a disabled button's name would not be sent.
			setTimeout(() => {
				button.disabled = true;
				button.textContent = say.sending;
			});
		}
	});

	// Back on a page that the browser kept: its forms may be sent again; their key makes that harmless.
	addEventListener("pageshow", (event) => {
		if (!event.persisted) return;
		for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
		for (const button of document.querySelectorAll("button[data-text]")) {
			button.disabled = false;
			button.textContent = button.dataset.text;
		}
	});
	addEventListener("online", () => (offline.hidden = true));

	// What was typed into a long form outlives a line that breaks; gone when the tab is closed or the form has arrived.
	for (const form of document.querySelectorAll("form[data-keep]")) {
		const name = `ks212-${form.dataset.keep}`;
		const typed = () =>
			[...form.elements].filter(
				(field) => field.name && !["hidden", "file", "submit"].includes(field.type)
			);
		if (!error) {
			const kept = JSON.parse(sessionStorage.getItem(name) || "{}");
			for (const field of typed()) {
				if (!(field.name in kept)) continue;
				if (["checkbox", "radio"].includes(field.type))
					field.checked = kept[field.name].includes(field.value);
				else if (!field.value) field.value = kept[field.name][0];
			}
		}
		form.addEventListener("input", () => {
			const kept = {};
			for (const field of typed()) {
				const on = field.checked || !["checkbox", "radio"].includes(field.type);
				(kept[field.name] ??= []).push(...(on ? [field.value] : []));
			}
			sessionStorage.setItem(name, JSON.stringify(kept));
		});
	}
	for (const mark of document.querySelectorAll("[data-arrived]"))
		sessionStorage.removeItem(`ks212-${mark.dataset.arrived}`);

	// A phone's photo is several megabytes: made smaller before it goes over a thin line.
	for (const input of document.querySelectorAll("input[type=file]")) {
		const word = input.parentElement.querySelector("[data-file]");
		input.addEventListener("change", async () => {
			const buttons = input.form.querySelectorAll("button");
			for (const button of buttons) button.disabled = true;
			await shrink(input).catch(() => {});
			for (const button of buttons) button.disabled = false;
			const [file] = input.files;
			word.textContent = file ? `${file.name} · ${Math.ceil(file.size / 1024)} KB` : "";
		});
	}

	async function shrink(input) {
		const [file] = input.files;
		if (!file || !file.type.startsWith("image/") || file.size < 400_000) return;
		const image = await createImageBitmap(file);
		const scale = Math.min(1, 1600 / Math.max(image.width, image.height));
		const canvas = document.createElement("canvas");
		canvas.width = image.width * scale;
		canvas.height = image.height * scale;
		canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
		const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.8));
		if (!blob || blob.size >= file.size) return;
		const name = file.name.replace(/\.\w+$/, "") + ".jpg";
		const smaller = new DataTransfer();
		smaller.items.add(new File([blob], name, { type: "image/jpeg" }));
		input.files = smaller.files;
	}

	for (const button of document.querySelectorAll("[data-all]")) {
		button.hidden = false;
		button.addEventListener("click", () => {
			for (const input of button.form.querySelectorAll("[data-sent]"))
				input.value = input.dataset.sent;
		});
	}

	for (const button of document.querySelectorAll("[data-print]")) {
		button.hidden = false;
		button.addEventListener("click", () => print());
	}

	for (const button of document.querySelectorAll("[data-share]")) {
		if (!navigator.share && !navigator.clipboard) continue;
		button.hidden = false;
		button.addEventListener("click", async () => {
			const { share: url, title } = button.dataset;
			if (navigator.share) return navigator.share({ title, url }).catch(() => {});
			await navigator.clipboard.writeText(url);
			button.textContent = say.copied;
		});
	}

	for (const box of document.querySelectorAll("[data-scanner]")) {
		const [button, video, word] = ["button", "video", "small"].map((tag) =>
			box.querySelector(tag)
		);
		if (!window.isSecureContext) word.textContent = say.nohttps;
		else if (!window.BarcodeDetector) word.textContent = say.noscan;
		else {
			button.hidden = false;
			button.addEventListener("click", () => scan(box.closest("form"), button, video, word));
		}
	}

	async function scan(form, button, video, word) {
		if (!video.hidden) return stop(video);
		try {
			video.srcObject = await navigator.mediaDevices.getUserMedia({
				video: { facingMode: "environment" },
			});
		} catch {
			word.textContent = say.nocamera;
			return;
		}
		video.hidden = false;
		word.textContent = say.scan;
		await video.play();
		const detector = new BarcodeDetector();
		while (!video.hidden) {
			const [code] = await detector.detect(video).catch(() => []);
			if (code) {
				stop(video);
				form.q.value = code.rawValue;
				return form.requestSubmit();
			}
			await new Promise((resolve) => setTimeout(resolve, 200));
		}
	}

	function stop(video) {
		video.hidden = true;
		for (const track of video.srcObject.getTracks()) track.stop();
	}
})();

/**
 * Makes answer pages smooth. Every page works without it: it sends the same
 * forms to the same addresses and shows what comes back.
 */

/** The form of the page that is shown. */
const form = (): HTMLFormElement | null => document.querySelector("main form");

/** What the form would send when this button is pressed. */
function fields(of: HTMLFormElement, button?: HTMLElement | null): URLSearchParams {
  const sent = new URLSearchParams();
  for (const [name, value] of new FormData(of)) {
    if (typeof value === "string") sent.append(name, value);
  }
  if (button instanceof HTMLButtonElement && button.name) sent.append(button.name, button.value);
  return sent;
}

/** What was last kept, so that nothing is sent twice. */
let kept = "";
/** The address of the page that is shown, without a place on it. */
let shown = "";
/** Whether a page is on its way. */
let busy = false;

/** Tells the server something without waiting; survives the page being closed. */
function tell(what: "seen" | "save"): void {
  const page = form();
  if (!page || busy) return;
  const sent = fields(page);
  const now = sent.toString();
  if (what === "save" && now === kept) return;
  kept = now;
  sent.set("_go", what);
  navigator.sendBeacon(page.action, sent);
}

/** Puts the page that came back in place of the one that is shown. */
function show(html: string, address: string, push: boolean): void {
  const next = new DOMParser().parseFromString(html, "text/html");
  const main = next.querySelector("main");
  if (!main) {
    location.assign(address);
    return;
  }
  document.title = next.title;
  document.documentElement.lang = next.documentElement.lang;
  document.querySelector("main")?.replaceWith(main);
  if (push && address !== location.href) history.pushState(null, "", address);
  const place = new URL(address).hash.slice(1);
  const at =
    document.getElementById("errors") ??
    (place ? document.getElementById(place) : null) ??
    main.querySelector<HTMLElement>("h1");
  window.scrollTo(0, 0);
  if (at) {
    if (at.tabIndex < 0) at.tabIndex = -1;
    at.focus({ preventScroll: !place });
  }
  begin();
}

/** Whether the same page may be taken later, or when it is shorter. */
const isRefusedAsItIs = (status: number): boolean =>
  status === 413 || status === 429 || status >= 500;

/** What a page that only says something says. */
function words(html: string): string {
  const said = new DOMParser().parseFromString(html, "text/html");
  return [...said.querySelectorAll("main h1, main .say")]
    .map((part) => part.textContent?.trim())
    .join(" ");
}

/** Nothing is lost: the page stands as it was, and says why it was not sent. */
function apologise(why: string): void {
  const sorry = document.getElementById("offline");
  if (!sorry) return;
  sorry.dataset.own ??= sorry.textContent ?? "";
  sorry.textContent = why || sorry.dataset.own;
  sorry.hidden = false;
  sorry.scrollIntoView({ block: "nearest" });
}

async function send(page: HTMLFormElement, button: HTMLElement | null): Promise<void> {
  busy = true;
  page.setAttribute("aria-busy", "true");
  const sorry = document.getElementById("offline");
  if (sorry) sorry.hidden = true;
  try {
    const answer = await fetch(page.action, {
      method: "POST",
      body: fields(page, button),
      credentials: "same-origin",
    });
    const html = await answer.text();
    if (isRefusedAsItIs(answer.status)) apologise(words(html));
    else show(html, answer.url, answer.redirected);
  } catch {
    apologise("");
  } finally {
    busy = false;
    page.removeAttribute("aria-busy");
  }
}

/**
 * Says in the address which page is shown. The address of the link alone means the page where
 * the person is, so that going back to the first page would lead to the one just left.
 */
function nameThePage(page: HTMLFormElement): void {
  const address = new URL(location.href);
  const name = new FormData(page).get("_page");
  if (address.searchParams.has("_p") || typeof name !== "string") return;
  address.searchParams.set("_p", name);
  history.replaceState(history.state, "", address);
}

/** Notes what a page holds when it is shown. */
function begin(): void {
  const page = form();
  if (page) nameThePage(page);
  shown = location.pathname + location.search;
  kept = page ? fields(page).toString() : "";
}

document.addEventListener("submit", (event) => {
  const page = event.target;
  if (!(page instanceof HTMLFormElement) || page !== form()) return;
  event.preventDefault();
  if (!busy) void send(page, event.submitter);
});

document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") tell("save");
});

// Writing beside a choice means that choice.
document.addEventListener("input", (event) => {
  const words = event.target;
  if (!(words instanceof HTMLInputElement) || !words.name.startsWith("o.") || !words.value) return;
  const choice = document.getElementById(words.name.slice(2));
  if (choice instanceof HTMLInputElement && !choice.checked) choice.checked = true;
});

// "None of these" and the other choices exclude each other.
document.addEventListener("change", (event) => {
  const box = event.target;
  if (!(box instanceof HTMLInputElement) || box.type !== "checkbox" || !box.checked) return;
  for (const other of document.getElementsByName(box.name)) {
    if (!(other instanceof HTMLInputElement) || other === box) continue;
    if (box.dataset.only !== undefined || other.dataset.only !== undefined) other.checked = false;
  }
});

// Going to a field from the list of errors changes only the place on the page.
window.addEventListener("popstate", () => {
  if (location.pathname + location.search !== shown) location.reload();
});
window.addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});

begin();
tell("seen");

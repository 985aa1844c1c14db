/**
 * The focus never falls out of the page. When the element that has it goes away (a dialog closes,
 * a row is deleted, a button waits for its request), browsers leave it on nothing: what the
 * keyboard does next begins somewhere unseen, and a screen reader falls silent. It goes back to
 * what opened the dialog or the menu, or to what stands where the element stood.
 */

/** How many places are remembered; a dialog with its fields is fewer. */
const REMEMBERED = 40;
/** Time for whoever wants the focus itself: a dialog that opens, the heading of another page. */
const PATIENCE_MS = 50;
/** What lies over the page for a while. */
const LAYER = '[role="dialog"], [role="menu"], [role="listbox"]';
const FOCUSABLE = 'a[href], button, input, select, textarea, [tabindex]:not([tabindex="-1"])';

interface Place {
  element: HTMLElement;
  /** What it stood in, the nearest first, up to the main part of the page. */
  around: Element[];
  layer: Element | null;
}

/** Watches a document until it is told to stop. */
export function keepFocus(page: Document): () => void {
  let places: Place[] = [];
  let lost = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const isNowhere = () => !page.activeElement || page.activeElement === page.body;
  const onFocus = ({ target }: FocusEvent) => {
    if (!(target instanceof HTMLElement)) return;
    lost = false;
    const others = places.filter(({ element }) => element !== target);
    places = [...others, placeOf(target)].slice(-REMEMBERED);
  };
  // Whoever presses beside everything takes the focus away on purpose.
  const onPress = () => {
    lost = false;
  };
  const look = () => {
    const last = places.at(-1);
    if (!last || !isNowhere()) return;
    if (!lost && isUsable(last.element)) return;
    lost = true;
    clearTimeout(timer);
    timer = setTimeout(bringBack, PATIENCE_MS);
  };
  const bringBack = () => {
    const last = places.at(-1);
    if (!lost || !last || !isNowhere()) return;
    // A button that waits for its request takes the focus again when it can.
    if (last.element.isConnected && last.element.matches(":disabled")) return;
    const dialogs = page.querySelectorAll<HTMLElement>('[role="dialog"][aria-modal="true"]');
    const dialog = [...dialogs].at(-1);
    const next = nextTo(last) ?? places.findLast(({ element }) => isUsable(element))?.element;
    const place = !dialog || dialog.contains(next ?? null) ? next : dialog;
    (place ?? page.getElementById("page-title"))?.focus({ preventScroll: true });
  };
  /** Where the focus goes beside what it was on; nowhere when that lay over the page. */
  const nextTo = ({ element, around, layer }: Place) => {
    if (isUsable(element)) return element;
    if (layer && !layer.isConnected) return undefined;
    for (const part of around.filter((each) => each.isConnected)) {
      const [first] = [...part.querySelectorAll<HTMLElement>(FOCUSABLE)].filter(isUsable);
      if (first) return first;
    }
    return page.getElementById("page-title") ?? undefined;
  };

  const changes = new MutationObserver(look);
  changes.observe(page.body, {
    childList: true,
    subtree: true,
    attributes: true,
    attributeFilter: ["disabled"],
  });
  page.addEventListener("focusin", onFocus);
  page.addEventListener("pointerdown", onPress);
  return () => {
    clearTimeout(timer);
    changes.disconnect();
    page.removeEventListener("focusin", onFocus);
    page.removeEventListener("pointerdown", onPress);
  };
}

function placeOf(element: HTMLElement): Place {
  const around: Element[] = [];
  for (let part = element.parentElement; part; part = part.parentElement) {
    if (part.matches("main, body")) break;
    around.push(part);
  }
  return { element, around, layer: element.closest(LAYER) };
}

function isUsable(element: HTMLElement): boolean {
  if (!element.isConnected || element.matches(":disabled")) return false;
  if (element.closest('[hidden], [inert], [aria-hidden="true"]')) return false;
  return element.checkVisibility?.() ?? true;
}

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { keepFocus } from "./keepFocus";

let stop: () => void;

beforeEach(() => {
  vi.useFakeTimers();
  document.body.innerHTML = `
    <h1 id="page-title" tabindex="-1">Links</h1>
    <button id="open">New link</button>
    <button id="other">Another</button>`;
  stop = keepFocus(document);
});

afterEach(() => {
  stop();
  vi.useRealTimers();
});

const at = (id: string) => document.getElementById(id) as HTMLButtonElement;
const focused = () => document.activeElement?.id;

/** Lets the observer see what changed, and the patience run out. */
async function settle() {
  await vi.advanceTimersByTimeAsync(60);
}

function dialog(...ids: string[]) {
  const made = document.createElement("div");
  made.setAttribute("role", "dialog");
  made.setAttribute("aria-modal", "true");
  made.tabIndex = -1;
  made.innerHTML = ids.map((id) => `<button id="${id}">${id}</button>`).join("");
  document.body.append(made);
  return made;
}

describe("the focus", () => {
  it("goes back to what opened a dialog, also past a second one", async () => {
    at("open").focus();
    const first = dialog("make");
    at("make").focus();
    first.remove();
    const second = dialog("copy");
    at("copy").focus();
    await settle();
    expect(focused()).toBe("copy");
    second.remove();
    await settle();
    expect(focused()).toBe("open");
  });

  it("stays in the dialog when something in it goes away", async () => {
    at("open").focus();
    const around = dialog("first", "second");
    at("first").focus();
    at("second").focus();
    at("second").remove();
    await settle();
    expect(focused()).toBe("first");
    at("first").remove();
    await settle();
    expect(document.activeElement).toBe(around);
  });

  it("comes back to a button that waited for its request", async () => {
    at("open").focus();
    at("open").blur();
    at("open").disabled = true;
    await settle();
    expect(focused()).toBe("");
    at("open").disabled = false;
    await settle();
    expect(focused()).toBe("open");
  });

  it("goes to what stands where the element stood", async () => {
    const list = document.createElement("ul");
    list.innerHTML = `<li><button id="one">1</button></li><li><button id="two">2</button></li>`;
    document.body.append(list);
    at("other").focus();
    at("two").focus();
    at("two").closest("li")?.remove();
    await settle();
    expect(focused()).toBe("one");
    list.remove();
    await settle();
    expect(focused()).toBe("page-title");
  });

  it("goes to the heading when nothing of before is left", async () => {
    at("open").focus();
    at("open").remove();
    await settle();
    expect(focused()).toBe("page-title");
  });

  it("is left to whoever takes it, and to nobody when it was given up", async () => {
    at("open").focus();
    at("open").remove();
    at("other").focus();
    await settle();
    expect(focused()).toBe("other");
    document.body.dispatchEvent(new Event("pointerdown", { bubbles: true }));
    at("other").blur();
    document.body.append(document.createElement("p"));
    await settle();
    expect(document.activeElement).toBe(document.body);
  });
});

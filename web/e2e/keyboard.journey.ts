/**
 * Without a mouse: a survey from nothing to published, its link, and a file brought in.
 * At every stop of the Tab key one sees where one is, and the focus is never lost.
 */
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { closeDesk, openDesk } from "./desk";
import type { Koe } from "./koe";

let koe: Koe;
let browser: Browser;
let context: BrowserContext;
let page: Page;

beforeAll(async () => {
  ({ koe, browser, context, page } = await openDesk());
});

afterAll(() => closeDesk({ koe, browser, context }));

/** More stops than any page on the way has. */
const STOPS_MOST = 90;

interface Stop {
  name: string;
  /** Whether something is drawn around it, or it looks other than without the focus. */
  seen: boolean;
}

/** What has the focus, as its name would be said. */
function stop(): Promise<Stop> {
  return page.evaluate(() => {
    const at = document.activeElement;
    if (!(at instanceof HTMLElement) || at === document.body) return { name: "", seen: false };
    const labels = "labels" in at ? [...((at as HTMLInputElement).labels ?? [])] : [];
    const labelled = at.getAttribute("aria-labelledby")?.split(" ") ?? [];
    const words = [
      at.getAttribute("aria-label"),
      ...labelled.map((id) => document.getElementById(id)?.textContent),
      ...labels.map((label) => label.textContent),
      at.textContent,
    ];
    const name = words.find((each) => each?.trim())?.trim() ?? "";
    const drawn = (of: Element) => {
      const { outlineStyle, outlineWidth, borderColor, boxShadow, backgroundColor } =
        getComputedStyle(of);
      const outline = outlineStyle !== "none" && outlineWidth !== "0px";
      return { outline, borderColor, boxShadow, backgroundColor };
    };
    // What is ticked is drawn beside its field, and a field of pills around it.
    const around: Element[] = [at, ...(at.nextElementSibling ? [at.nextElementSibling] : [])];
    for (let part = at.parentElement; part && around.length < 6; part = part.parentElement) {
      around.push(part);
    }
    const now = around.map(drawn);
    at.blur();
    const without = around.map(drawn);
    at.focus();
    const seen =
      now.some(({ outline }) => outline) || JSON.stringify(now) !== JSON.stringify(without);
    return { name, seen };
  });
}

/** Presses Tab until the focus is on something of that name. */
async function tabTo(name: RegExp, key = "Tab") {
  const passed: string[] = [];
  for (let pressed = 0; pressed < STOPS_MOST; pressed += 1) {
    await page.keyboard.press(key);
    const at = await stop();
    if (at.name && !at.seen) throw new Error(`nothing shows that “${at.name}” has the focus`);
    if (name.test(at.name)) return;
    passed.push(at.name);
  }
  throw new Error(`${name} is not reached; passed: ${passed.join(" | ")}`);
}

const press = (key: string) => page.keyboard.press(key);
const focused = async () => (await stop()).name;

describe("with the keyboard alone", () => {
  it("a survey is made from nothing, published and linked", async () => {
    await page.goto("/surveys");
    await page.getByRole("button", { name: "Start empty" }).waitFor();
    await tabTo(/^Start empty/);
    await press("Enter");
    await page.waitForURL(/\/surveys\/[^/]+\/build/);
    await page.getByRole("button", { name: "Add question" }).waitFor();
    await tabTo(/^Add question$/);
    await press("Enter");
    await page.getByRole("menuitem", { name: "Recommendation (NPS)" }).waitFor();
    await press("ArrowDown");
    await press("Enter");
    // What was added is edited next.
    await expect.poll(focused).toMatch(/^Question/);
    await press("ControlOrMeta+a");
    await page.keyboard.type("Would you come again?");
    // What is wrong leads to where it is mended, once the draft was looked at again.
    await page.getByText("1 error", { exact: true }).waitFor();
    await tabTo(/^1 error$/, "Shift+Tab");
    await press("Enter");
    await page.getByText("Survey settings", { exact: true }).last().waitFor();
    await expect.poll(focused).toMatch(/^Error/);
    await press("Enter");
    await expect.poll(focused).toMatch(/^Purpose of use/);
    await page.keyboard.type("To improve our service");
    await page.getByText("Draft saved").waitFor();
    await page
      .getByText("No problems")
      .or(page.getByText(/^\d+ warning/))
      .waitFor();
    await tabTo(/^Publish$/, "Shift+Tab");
    await press("Enter");
    await page.getByText("Version 1 is published").waitFor();
    // The button waited for its request and has the focus again.
    await expect.poll(focused).toBe("Publish");

    await tabTo(/^Links$/, "Shift+Tab");
    await press("Enter");
    await page.getByText("No links yet").waitFor();
    await tabTo(/^New link$/);
    await press("Enter");
    await page.getByRole("dialog").waitFor();
    await tabTo(/^Make the link$/);
    await press("Enter");
    await page.getByAltText("QR code").waitFor();
    await tabTo(/^Copy/);
    await press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await expect.poll(focused).toBe("New link");
  });

  it("a file is brought in", async () => {
    await page.goto("/imports");
    await page.getByRole("button", { name: "Choose a file" }).waitFor();
    // Listened for early: the browser is told so on another way than it is told of the key.
    const asked = page.waitForEvent("filechooser");
    await tabTo(/^Choose a file$/);
    await press("Enter");
    const chooser = await asked;
    await chooser.setFiles({
      name: "visits.csv",
      mimeType: "text/csv",
      buffer: Buffer.from("day,score,comment\n2026-03-01,9,near the station\n2026-03-02,3,slow\n"),
    });
    await page.getByText("What is a row?").waitFor();
    await expect.poll(focused).toBe("visits.csv");
    await tabTo(/^Answers, new survey/);
    // The proposal for other rows comes, and the focus stays where it is.
    await press("ArrowDown");
    await press("ArrowDown");
    await page.getByRole("radio", { name: /^Texts/, checked: true }).waitFor();
    await page.getByLabel("comment means").waitFor();
    expect(await focused()).toMatch(/^Texts/);
    await press("ArrowUp");
    await press("ArrowUp");
    await expect.poll(focused).toMatch(/^Answers, new survey/);
    await tabTo(/^Try without storing$/);
    await press("Enter");
    await page.getByText("2 rows make 2 records.").waitFor();
    await expect.poll(focused).toBe("visits.csv");
    await tabTo(/^Import 2 records$/);
    await press("Enter");
    await page.getByText("2 records are in.").waitFor();
    await expect.poll(focused).toBe("visits.csv");
    await tabTo(/^Its results$/);
    await press("Enter");
    await page.getByText("Question by question").waitFor();
  });
});

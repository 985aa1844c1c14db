/**
 * A survey made from nothing in the builder: two languages, a condition within a
 * condition, a closing date, thanks by answer; put in order by keyboard and by
 * drag; two people at once; published, and answered on a phone along its logic.
 */
import type { Browser, BrowserContext, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dragByTouch, overflow, PHONE, signIn, violations, visitor } from "./browser";
import { closeDesk, openDesk } from "./desk";
import type { Koe } from "./koe";

let koe: Koe;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let survey: string;

interface Draft {
  revision: number;
  document: {
    title?: Record<string, string>;
    pages: { id: string; show_if?: unknown; questions: { id: string; type: string }[] }[];
    endings: { id: string; when?: unknown }[];
    answering: { closes_at?: string };
  };
}

beforeAll(async () => {
  ({ koe, browser, context, page } = await openDesk());
});

afterAll(() => closeDesk({ koe, browser, context }));

const outline = () => page.getByRole("navigation", { name: "Pages and questions" });
const beside = () => page.getByRole("complementary", { name: "Properties" });

async function draft(): Promise<Draft> {
  const answer = await page.request.get(`/api/surveys/${survey}/draft`);
  return (await answer.json()) as Draft;
}

/** The ids of the questions, page by page, as they are kept. */
async function order(): Promise<string[][]> {
  const { document } = await draft();
  return document.pages.map(({ questions }) => questions.map(({ id }) => id));
}

async function add(type: string) {
  await outline().getByRole("button", { name: "Add question" }).click();
  await page.getByRole("menuitem", { name: type, exact: true }).click();
}

async function choose(field: Locator, option: string) {
  await field.click();
  await page.getByRole("option", { name: option, exact: true }).click();
}

describe("a survey made in the builder", () => {
  it("begins empty and gets its questions, pages and languages", async () => {
    await page.goto("/surveys");
    await page.getByRole("button", { name: "Start empty" }).click();
    await page.waitForURL(/\/surveys\/[^/]+\/build/);
    survey = new URL(page.url()).pathname.split("/")[2] ?? "";
    await outline().getByRole("button", { name: "Survey settings" }).click();
    await page.getByLabel("Title (日本語)").fill("宿泊アンケート");
    await page.getByLabel("Purpose of use (日本語)").fill("サービス改善のため");
    await page.getByLabel("Purpose of use (English)").fill("To improve our service");
    await beside()
      .getByLabel(/^Closes on/)
      .fill("2099-12-31T23:59");
    await add("Recommendation (NPS)");
    await outline().getByRole("button", { name: "Add page" }).click();
    await add("One choice");
    await add("Words");
    await expect.poll(order).toEqual([["q1"], ["q2", "q3"]]);
    expect((await draft()).document.answering.closes_at).toBe("2099-12-31T14:59:00Z");
  });

  it("counts what is not translated and takes the words side by side", async () => {
    // The empty survey was made with an English title; ours is only said in Japanese.
    await outline().getByRole("button", { name: "Survey settings" }).click();
    await page.getByLabel("Title (English)").fill("");
    await outline()
      .getByRole("button", { name: /^Languages/ })
      .click();
    await page.getByText("1 text is missing").waitFor();
    await page.getByRole("switch", { name: "Only what is missing (1)" }).click();
    await page.getByLabel("Title (English)").fill("Your stay");
    await page.getByText("1 text is missing").waitFor({ state: "detached" });
    expect(await violations(page)).toEqual([]);
    await expect.poll(async () => (await draft()).document.title?.en).toBe("Your stay");
  });

  it("shows a page on a condition within a condition, said as a sentence", async () => {
    await outline().getByRole("button", { name: "Page 2", exact: true }).click();
    await beside().getByRole("button", { name: "Add condition" }).first().click();
    await choose(beside().getByLabel("Comparison"), "is at most");
    await beside().getByLabel("Value").fill("6");
    await beside().getByRole("button", { name: "Add group" }).first().click();
    const group = beside().getByRole("group", { name: "Group 2" });
    await choose(group.getByLabel("Comparison"), "was answered");
    await choose(group.getByLabel(/How the conditions are joined/), "None of these");
    await beside()
      .getByText(/is at most 6 and not \(.* was answered\)$/)
      .waitFor();
    await expect
      .poll(async () => (await draft()).document.pages[1]?.show_if)
      .toEqual({
        all: [
          { question: "q1", is: "at_most", value: 6 },
          { not: { question: "q1", is: "answered" } },
        ],
      });
    // That can never hold; any of the two is what is meant.
    await choose(beside().getByLabel(/^Show this page only if: How/), "Any of these");
    await choose(group.getByLabel(/How the conditions are joined/), "All of these");
    await choose(group.getByLabel("Comparison"), "is between");
    await group.getByLabel("Lowest").fill("0");
    await group.getByLabel("Highest").fill("3");
    expect(await violations(page)).toEqual([]);
  });

  it("thanks by answer", async () => {
    await outline().getByRole("button", { name: "Add ending" }).click();
    await page.getByLabel("Heading (English)").fill("We are sorry");
    await beside().getByRole("button", { name: "Add condition" }).click();
    await choose(beside().getByLabel("Comparison"), "is at most");
    await beside().getByLabel("Value").fill("6");
    await outline().getByRole("button", { name: "Add ending" }).click();
    await page.getByLabel("Heading (English)").fill("See you again");
    await expect
      .poll(async () => (await draft()).document.endings.map(({ when }) => when ?? null))
      .toEqual([{ question: "q1", is: "at_most", value: 6 }, null]);
  });

  it("is put in order by keyboard, and every move is announced", async () => {
    const handle = outline().getByRole("button", { name: /^Move: Which one applies/ });
    await handle.focus();
    await page.keyboard.press("Space");
    await page.getByText(/is lifted\.$/).waitFor({ state: "attached" });
    await page.keyboard.press("ArrowDown");
    await page
      .getByText(/Page 2, place 2/)
      .first()
      .waitFor({ state: "attached" });
    await page.keyboard.press("Space");
    await expect.poll(order).toEqual([["q1"], ["q3", "q2"]]);
    await page.keyboard.press("Control+z");
    await expect.poll(order).toEqual([["q1"], ["q2", "q3"]]);
    await page.keyboard.press("Control+Shift+z");
    await expect.poll(order).toEqual([["q1"], ["q3", "q2"]]);
  });

  it("is put in order by drag: a question onto another page, and choices", async () => {
    const drag = async (from: Locator, onto: Locator) => {
      const [start, end] = [await from.boundingBox(), await onto.boundingBox()];
      if (!start || !end) throw new Error("nothing to drag");
      await page.mouse.move(start.x + 8, start.y + 8);
      await page.mouse.down();
      await page.mouse.move(start.x + 8, start.y + 20, { steps: 4 });
      await page.mouse.move(end.x + 8, end.y + 8, { steps: 12 });
      await page.mouse.move(end.x + 8, end.y + 8);
      await page.mouse.up();
    };
    await drag(
      outline().getByRole("button", { name: /^Move: Which one applies/ }),
      outline().getByRole("button", { name: /^Move: How likely/ }),
    );
    await expect.poll(order).toEqual([["q2", "q1"], ["q3"]]);
    await page.getByRole("button", { name: "Undo" }).click();
    await expect.poll(order).toEqual([["q1"], ["q3", "q2"]]);
    await outline().getByRole("button", { name: "Which one applies?", exact: true }).click();
    await drag(
      page.getByRole("button", { name: "Move: Choice 2" }),
      page.getByRole("button", { name: "Move: Choice 1" }),
    );
    await expect
      .poll(() =>
        page
          .getByLabel(/^Choice \d \(English\)$/)
          .evaluateAll((all) => all.map((each) => (each as HTMLInputElement).value)),
      )
      .toEqual(["Choice 2", "Choice 1"]);
  });

  it("loses nothing when somebody else keeps another draft", async () => {
    await page.getByText("Draft saved").waitFor();
    const theirs = await draft();
    theirs.document.title = { ja: "相手の題", en: "Theirs" };
    const put = await page.request.put(`/api/surveys/${survey}/draft`, {
      data: { document: theirs.document, revision: theirs.revision },
    });
    expect(put.status()).toBe(200);
    await outline().getByRole("button", { name: "Survey settings" }).click();
    await page.getByLabel("Title (English)").fill("Mine");
    await page.getByRole("alert").getByText("Somebody else changed this draft").waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole("button", { name: "Keep mine" }).click();
    await expect.poll(async () => (await draft()).document.title?.en).toBe("Mine");
    await page.getByRole("button", { name: "Undo" }).click();
    await expect.poll(async () => (await draft()).document.title?.en).toBe("Theirs");
    await page.getByRole("button", { name: "Redo" }).click();
    await expect.poll(async () => (await draft()).document.title?.en).toBe("Mine");
  });

  it("leads from a problem to the field where it is mended", async () => {
    await page.getByLabel("Purpose of use (日本語)").fill("");
    await page.getByLabel("Purpose of use (English)").fill("");
    await outline().getByRole("button", { name: "Page 2", exact: true }).click();
    await page.getByRole("button", { name: /^\d+ error/ }).click();
    await page
      .locator('[data-severity="error"] button')
      .filter({ hasText: "Survey settings" })
      .click();
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.getAttribute("lang")))
      .toBe("ja");
    await page.keyboard.type("サービス改善のため");
    await page.getByLabel("Purpose of use (English)").fill("To improve our service");
  });

  it("is edited on a phone, one pane at a time", async () => {
    await page.getByText("Draft saved").waitFor();
    const phone = await visitor(browser, koe.url, { ...PHONE, scheme: "dark" });
    const theirs = await phone.newPage();
    await signIn(theirs);
    await theirs.goto(`/surveys/${survey}/build`);
    const pages = theirs.getByRole("navigation", { name: "ページと設問" });
    // A finger moves one question over the other, and back.
    const choice = pages.getByRole("button", { name: /^移動：あてはまるものを1つ/ });
    const words = pages.getByRole("button", { name: /^移動：そう思われた理由/ });
    await dragByTouch(theirs, choice, words);
    await expect.poll(order).toEqual([["q1"], ["q2", "q3"]]);
    await dragByTouch(theirs, choice, words);
    await expect.poll(order).toEqual([["q1"], ["q3", "q2"]]);
    await pages.getByRole("button", { name: "2ページ目", exact: true }).click();
    await theirs.getByLabel("ページの見出し · 任意（日本語）").waitFor();
    expect(await pages.isVisible()).toBe(false);
    await theirs.getByText("設定", { exact: true }).first().click();
    await theirs.getByText(/が6以下、または/).waitFor();
    expect(await violations(theirs)).toEqual([]);
    expect(await overflow(theirs)).toBeLessThanOrEqual(0);
    await phone.close();
  });

  it("is published, and answered on a phone along its logic", async () => {
    await page.getByRole("button", { name: "Publish" }).click();
    await page.getByText("Version 1 is published").waitFor();
    const made = await page.request.post(`/api/surveys/${survey}/links`, {
      data: { kind: "public" },
    });
    const { url } = (await made.json()) as { url: string };
    for (const [score, ending, asksWhy] of [
      ["3", "We are sorry", true],
      ["9", "See you again", false],
    ] as const) {
      const phone = await visitor(browser, koe.url, { ...PHONE, language: "en" });
      const theirs = await phone.newPage();
      await theirs.goto(new URL(url).pathname);
      await theirs.locator(`input[type="radio"][value="${score}"]`).check({ force: true });
      // A page sent faster than anybody reads it comes back to be pressed again.
      await theirs.waitForTimeout(800);
      await theirs.locator('.go button[value="next"]').click();
      if (asksWhy) {
        await theirs.getByText("What is the main reason?").waitFor();
        await theirs.locator('.go button[value="next"]').click();
      }
      await theirs.getByRole("heading", { name: ending }).waitFor();
      await phone.close();
    }
  });

  it("is found in the list with its answers, closed, and its copy deleted", async () => {
    await page.goto("/surveys");
    await page.getByLabel("Search titles").fill("MINE");
    const row = page.getByRole("row", { name: /Mine/ });
    await expect.poll(() => row.getByRole("cell").allTextContents()).toContain("2");
    await row.getByRole("button", { name: /^More about/ }).click();
    await page.getByRole("menuitem", { name: "Close" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Close" }).click();
    await row.getByText("Closed").waitFor();
    await row.getByRole("button", { name: /^More about/ }).click();
    await page.getByRole("menuitem", { name: "Duplicate" }).click();
    const copy = page.getByRole("row", { name: /Mine Draft/ });
    await copy.getByRole("button", { name: /^More about/ }).click();
    await page.getByRole("menuitem", { name: "Delete draft" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Delete draft" }).click();
    await copy.waitFor({ state: "detached" });
    expect(await violations(page)).toEqual([]);
  });
});

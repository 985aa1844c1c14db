/**
 * Links that belong to somebody: a list of customers becomes a file of addresses,
 * each answered once; a signed address carries words of its own, which stay with
 * the response; and an address that was changed on the way is refused.
 */
import { readFileSync } from "node:fs";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DESK, launch, PHONE, signIn, violations, visitor } from "./browser";
import { type Koe, startKoe } from "./koe";

let koe: Koe;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let survey: string;

const both = (ja: string, en: string) => ({ ja, en });

const DOCUMENT = {
  format: 1,
  title: both("訪問後アンケート", "After our visit"),
  languages: ["en", "ja"],
  privacy: { purpose: both("改善のため", "To improve") },
  hidden_fields: [
    { id: "visit", kind: "text", label: both("訪問の用件", "Visit about"), signed: true },
  ],
  pages: [
    {
      id: "p1",
      questions: [{ id: "q1", type: "nps", text: both("おすすめ度", "Would you recommend us?") }],
    },
  ],
  endings: [{ id: "thanks", title: both("お礼", "Thank you") }],
};

async function post<T>(path: string, data: unknown): Promise<T> {
  const answer = await page.request.post(path, { data });
  if (!answer.ok()) throw new Error(`${path}: ${answer.status()} ${await answer.text()}`);
  return (await answer.json()) as T;
}

beforeAll(async () => {
  koe = await startKoe();
  browser = await launch();
  context = await visitor(browser, koe.url, DESK);
  page = await context.newPage();
  await signIn(page);
  survey = (await post<{ id: string }>("/api/surveys", { document: DOCUMENT })).id;
  await post(`/api/surveys/${survey}/publish`, {});
  for (const value of ["a@example.com", "b@example.com"]) {
    await post("/api/customers", { identifiers: [{ kind: "email", value }] });
  }
});

afterAll(async () => {
  await context?.close();
  await browser?.close();
  await koe?.stop();
});

/** Opens an address on a phone in English, and says what is at its head. */
async function opened(address: string, answer = false): Promise<string> {
  const phone = await visitor(browser, koe.url, { ...PHONE, language: "en" });
  const theirs = await phone.newPage();
  await theirs.goto(address);
  if (answer) {
    await theirs.locator('input[type="radio"][value="9"]').check({ force: true });
    // A page sent faster than anybody reads it comes back to be pressed again.
    await theirs.waitForTimeout(800);
    await theirs.locator('.go button[value="next"]').click();
    await theirs.getByRole("heading", { name: "Thank you" }).waitFor();
  }
  expect(await violations(theirs)).toEqual([]);
  const head = (await theirs.locator("h1").textContent()) ?? "";
  await phone.close();
  return head;
}

describe("links that belong to somebody", () => {
  it("come as a file for a file of customers, and unknown ones are named", async () => {
    await page.goto(`/surveys/${survey}/links`);
    await page.getByRole("button", { name: "New link" }).first().click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("A list of customers").click();
    const give = async (lines: string) => {
      const [chooser] = await Promise.all([
        page.waitForEvent("filechooser"),
        dialog.getByLabel("or a CSV file").click(),
      ]);
      const buffer = Buffer.from(lines);
      await chooser.setFiles({ name: "customers.csv", mimeType: "text/csv", buffer });
    };
    await give("name,email\nA,a@example.com\nC,nobody@example.com\n");
    await dialog.getByText("2 customers").waitFor();
    await dialog.getByRole("button", { name: "Make the link" }).click();
    await dialog
      .getByText(/nobody@example\.com/)
      .last()
      .waitFor();
    await give("name,email\nA,a@example.com\nB,b@example.com\n");
    await dialog.getByRole("button", { name: "Make the link" }).click();
    await page.getByText("2 personal links are made").waitFor();
    expect(await violations(page)).toEqual([]);
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Download the addresses (CSV)" }).click(),
    ]);
    const lines = readFileSync(await file.path(), "utf8")
      .trimEnd()
      .split("\r\n");
    expect(lines.map((line) => line.split(",")[0])).toEqual([
      "\uFEFFcustomer",
      "a@example.com",
      "b@example.com",
    ]);
    const address = lines[1]?.split(",")[1] ?? "";
    expect(await opened(address, true)).toBe("Thank you");
    expect(await opened(address)).toBe("You have already answered");
  });

  it("are found by whom they are for", async () => {
    await page.goto(`/surveys/${survey}/links`);
    const rows = page.getByRole("table").getByRole("rowheader");
    await rows.nth(1).waitFor();
    const search = page.getByRole("searchbox", { name: "Search by place or customer" });
    await search.fill("B@example.com");
    await expect.poll(() => rows.count()).toBe(1);
    await search.fill("nobody@example.com");
    await page.getByRole("heading", { name: "No link fits" }).waitFor();
    expect(await violations(page)).toEqual([]);
  });

  it("carry what was signed, and are refused once a letter of it is changed", async () => {
    await post(`/api/surveys/${survey}/links`, { kind: "public" });
    await page.goto(`/surveys/${survey}/links?kind=public`);
    await page
      .getByRole("table")
      .getByRole("button", { name: /^More about/ })
      .click();
    await page.getByRole("menuitem", { name: "Signed address" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel(/^Visit about/).fill("Boiler, second visit");
    await dialog.getByRole("button", { name: "Sign" }).click();
    const address = (await dialog.locator("code").textContent()) ?? "";
    expect(await violations(page)).toEqual([]);
    expect(await opened(address.replace("second", "third"))).toBe("This link is not right");
    expect(await opened(address, true)).toBe("Thank you");
    await page.goto(`/surveys/${survey}/results?tab=responses`);
    await page.getByRole("rowheader").first().getByRole("button").click();
    const drawer = page.getByRole("dialog", { name: "Response", exact: true });
    await drawer.getByText("Visit about").waitFor();
    await drawer.getByText("Boiler, second visit").waitFor();
  });
});

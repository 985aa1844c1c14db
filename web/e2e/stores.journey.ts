/**
 * From paper to number, in one run: a survey made in the builder asks for a reason
 * only those who are not satisfied; its QR codes hang in two stores; one customer
 * answers in Japanese, another in English without JavaScript; and both are on Home
 * and in the explorer, store by store, with what they said behind the number.
 */
import { readFileSync } from "node:fs";
import type { Browser, BrowserContext, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DESK, launch, overflow, PHONE, readQr, signIn, violations, visitor } from "./browser";
import { type Koe, startKoe } from "./koe";

let koe: Koe;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let survey: string;
/** What the QR code of each printed page says, by the store's code. */
const printed = new Map<string, string>();

const STORES = [
  ["S1", "新宿店", "Shinjuku"],
  ["S2", "梅田店", "Umeda"],
] as const;

beforeAll(async () => {
  koe = await startKoe();
  browser = await launch();
  context = await visitor(browser, koe.url, DESK);
  page = await context.newPage();
  await signIn(page);
  for (const [code, ja, en] of STORES) {
    const unit = { code, name: { ja, en }, kind: "store" };
    expect((await page.request.post("/api/units", { data: unit })).status()).toBe(201);
  }
});

afterAll(async () => {
  await context?.close();
  await browser?.close();
  await koe?.stop();
});

const outline = () => page.getByRole("navigation", { name: "Pages and questions" });
const beside = () => page.getByRole("complementary", { name: "Properties" });

async function add(type: string) {
  await outline().getByRole("button", { name: "Add question" }).click();
  await page.getByRole("menuitem", { name: type, exact: true }).click();
}

/** Opens the sheet dialog, lets `choose` say which units, and gives the printable page. */
async function print(choose: (dialog: Locator) => Promise<void>): Promise<Page> {
  await page.goto(`/surveys/${survey}/links`);
  await page.getByRole("button", { name: "QR sheet" }).click();
  const dialog = page.getByRole("dialog");
  await choose(dialog);
  const [sheet] = await Promise.all([
    context.waitForEvent("page"),
    dialog.getByRole("button", { name: "Make the sheet" }).click(),
  ]);
  await sheet.emulateMedia({ media: "print" });
  await sheet.locator("section").first().waitFor();
  return sheet;
}

/** Opens what is on the paper, in a fresh browser of somebody in the store. */
async function scan(store: string, look: { language: "ja" | "en"; scripts: boolean }) {
  const phone = await visitor(browser, koe.url, { ...PHONE, ...look });
  const theirs = await phone.newPage();
  await theirs.goto(printed.get(store) ?? "");
  if (look.scripts) {
    expect(await overflow(theirs)).toBeLessThanOrEqual(0);
    expect(await violations(theirs)).toEqual([]);
  }
  return {
    theirs,
    close: () => phone.close(),
    next: async () => {
      // A page sent faster than anybody reads it comes back to be pressed again.
      await theirs.waitForTimeout(800);
      await theirs.locator('.go button[value="next"]').click();
    },
  };
}

describe("from paper to number", () => {
  it("a survey asks for a reason only those who would not recommend", async () => {
    await page.goto("/surveys");
    await page.getByRole("button", { name: "Start empty" }).click();
    await page.waitForURL(/\/surveys\/[^/]+\/build/);
    survey = new URL(page.url()).pathname.split("/")[2] ?? "";
    await outline().getByRole("button", { name: "Survey settings" }).click();
    await page.getByLabel("Title (日本語)").fill("ご来店アンケート");
    await page.getByLabel("Title (English)").fill("Your visit");
    await page.getByLabel("Purpose of use (日本語)").fill("サービス改善のため");
    await page.getByLabel("Purpose of use (English)").fill("To improve our service");
    await add("Recommendation (NPS)");
    await outline().getByRole("button", { name: "Add page" }).click();
    await add("Words");
    await beside().getByRole("button", { name: "Add condition" }).click();
    await beside().getByLabel("Comparison").click();
    await page.getByRole("option", { name: "is at most", exact: true }).click();
    await beside().getByLabel("Value").fill("6");
    await add("Words");
    await page.getByLabel("Question (日本語)").fill("ほかにお気づきの点はありますか。");
    await page.getByLabel("Question (English)").fill("Anything else?");
    await page.getByText("Draft saved").waitFor();
    await page.getByRole("button", { name: "Publish" }).click();
    await page.getByText("Version 1 is published").waitFor();
  });

  it("its QR codes are printed, a page for each store, and say what stands below them", async () => {
    const sheet = await print(async (dialog) => {
      await dialog.getByText("All of a kind").waitFor();
    });
    expect(await sheet.locator("section").count()).toBe(2);
    for (const section of await sheet.locator("section").all()) {
      const said = await readQr(context, await section.screenshot());
      const [address, code] = await section.locator("footer span").allTextContents();
      expect(said).toBe(address);
      expect(said?.startsWith(`${koe.url}/s/`)).toBe(true);
      printed.set(code ?? "", said ?? "");
    }
    expect([...printed.keys()].sort()).toEqual(["S1", "S2"]);
    await sheet.close();
  });

  it("the same paper comes out for units of the tree and of a CSV, and the same code as PNG", async () => {
    const ofTree = await print(async (dialog) => {
      await dialog.getByText("Chosen in the tree").click();
      await dialog.getByRole("checkbox", { name: /Umeda/ }).check();
    });
    expect(await ofTree.locator("footer").allTextContents()).toEqual([`${printed.get("S2")}S2`]);
    await ofTree.close();
    const ofCsv = await print(async (dialog) => {
      await dialog.getByText("From a CSV file").click();
      const [chooser] = await Promise.all([
        page.waitForEvent("filechooser"),
        dialog.getByLabel(/CSV/).last().click(),
      ]);
      await chooser.setFiles({
        name: "stores.csv",
        mimeType: "text/csv",
        buffer: Buffer.from("name,code\n梅田店,S2\n新宿店,S1\n"),
      });
    });
    expect(await ofCsv.locator("h1").allTextContents()).toEqual(["梅田店", "新宿店"]);
    await ofCsv.close();
    await page.goto(`/surveys/${survey}/links`);
    await page.getByRole("row", { name: /Umeda/ }).getByRole("button", { name: "QR code" }).click();
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "PNG" }).click(),
    ]);
    expect(await readQr(context, readFileSync(await file.path()))).toBe(printed.get("S2"));
  });

  it("is answered in Shinjuku, in Japanese, with a reason", async () => {
    const { theirs, next, close } = await scan("S1", { language: "ja", scripts: true });
    await theirs.getByRole("heading", { name: "ご来店アンケート" }).waitFor();
    await theirs.locator('input[type="radio"][value="3"]').check({ force: true });
    await next();
    await theirs.getByLabel("そう思われた理由をお聞かせください。").fill("レジの待ち時間が長い");
    await next();
    await theirs.getByText("ありがとうございました").first().waitFor();
    await close();
  });

  it("is answered in Umeda, in English and without JavaScript, and no reason is asked", async () => {
    const { theirs, next, close } = await scan("S2", { language: "en", scripts: false });
    await theirs.getByRole("heading", { name: "Your visit" }).waitFor();
    await theirs.locator('input[type="radio"][value="9"]').check({ force: true });
    await next();
    const words = theirs.getByLabel("Anything else?");
    await words.fill("The staff were lovely");
    expect(await theirs.getByText("What is the main reason?").count()).toBe(0);
    await next();
    await theirs
      .getByText(/Thank you/)
      .first()
      .waitFor();
    await close();
  });

  it("is on Home at the next look, with the latest voices", async () => {
    await page.goto("/");
    const tile = page.getByRole("main").getByRole("button", { name: /NPS/ });
    await tile.waitFor();
    expect(await tile.textContent()).toContain("2 answers");
    await page.getByText("レジの待ち時間が長い").waitFor();
    await page.getByText("The staff were lovely").waitFor();
  });

  it("is in the explorer, store by store, with the voices behind each number", async () => {
    await page.goto("/explore?grain=none&split=unit");
    for (const [store, value, said, other] of [
      ["Shinjuku", "−100.0", "レジの待ち時間が長い", "The staff were lovely"],
      ["Umeda", "+100.0", "The staff were lovely", "レジの待ち時間が長い"],
    ] as const) {
      const row = page.getByRole("row", { name: new RegExp(store) });
      await row.waitFor();
      expect(await row.textContent()).toContain(value);
      await row.getByRole("button").click();
      const drawer = page.getByRole("dialog");
      await drawer.getByText(said).waitFor();
      expect(await drawer.getByText(other).count()).toBe(0);
      await page.keyboard.press("Escape");
      await drawer.waitFor({ state: "hidden" });
    }
    expect(await violations(page)).toEqual([]);
  });
});

/**
 * The script of the answer pages on a phone: pages are exchanged in place, and
 * nothing is lost by going back, putting the phone away, pressing twice, another
 * language, or a connection that fails.
 */
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { DESK, launch, PHONE, signIn, visitor } from "./browser";
import { type Koe, startKoe } from "./koe";

let koe: Koe;
let browser: Browser;
let staff: BrowserContext;
let desk: Page;
let survey: string;
let path: string;
let phone: BrowserContext;
let page: Page;

const both = (ja: string, en: string) => ({ ja, en });

const DOCUMENT = {
  format: 1,
  title: both("店舗アンケート", "Store survey"),
  languages: ["en", "ja"],
  answering: { limit: "unlimited" },
  privacy: { purpose: both("改善のため", "To improve") },
  pages: [
    {
      id: "p1",
      questions: [
        {
          id: "liked",
          type: "multiple",
          text: both("よかった点", "What did you like?"),
          choices: [
            { id: "staff", label: both("接客", "Staff") },
            { id: "other", label: both("その他", "Other"), write_in: true },
            { id: "none", label: both("なし", "Nothing"), exclusive: true },
          ],
        },
      ],
    },
    {
      id: "p2",
      questions: [
        { id: "why", type: "text", long: true, voice: true, text: both("ご意見", "Tell us more") },
      ],
    },
  ],
  endings: [{ id: "thanks", title: both("お礼", "Thank you") }],
};

beforeAll(async () => {
  koe = await startKoe();
  browser = await launch();
  staff = await visitor(browser, koe.url, DESK);
  desk = await staff.newPage();
  await signIn(desk);
  const post = async (address: string, data: unknown) => {
    const answer = await desk.request.post(address, { data });
    if (!answer.ok()) throw new Error(`${address}: ${await answer.text()}`);
    return (await answer.json()) as { id: string; url: string };
  };
  survey = (await post("/api/surveys", { document: DOCUMENT })).id;
  await post(`/api/surveys/${survey}/publish`, {});
  path = new URL((await post(`/api/surveys/${survey}/links`, { kind: "public" })).url).pathname;
});

afterAll(async () => {
  await staff?.close();
  await browser?.close();
  await koe?.stop();
});

beforeEach(async () => {
  await phone?.close();
  phone = await visitor(browser, koe.url, { ...PHONE, language: "en" });
  page = await phone.newPage();
  await page.goto(path);
  // Nobody reads and answers a page faster than this.
  await page.waitForTimeout(600);
});

const next = () => page.locator('.go button[value="next"]');
const box = (value: string) => page.locator(`input[type="checkbox"][value="${value}"]`);
const words = () => page.locator("textarea");

/** Stays only while the page is not loaded anew. */
const leaveMark = () => page.evaluate(() => Object.assign(window, { mark: true }));
const hasMark = () => page.evaluate(() => "mark" in window);

async function toSecondPage() {
  await box("staff").check({ force: true });
  await next().click();
  await words().waitFor();
}

async function answers(): Promise<number> {
  const list = await desk.request.get("/api/survey-activity");
  const { items } = (await list.json()) as { items: { survey_id: string; responses: number }[] };
  return items.find((each) => each.survey_id === survey)?.responses ?? 0;
}

describe("the script of the answer pages", () => {
  it("exchanges pages in place, and the back button brings the answers back", async () => {
    await leaveMark();
    await toSecondPage();
    expect(await hasMark()).toBe(true);
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe("H1");
    await words().fill("Near the station");
    await page.locator('.go button[value="back"]').click();
    await expect.poll(() => box("staff").isChecked()).toBe(true);
    await next().click();
    await expect.poll(() => words().inputValue()).toBe("Near the station");
    await page.goBack();
    await expect.poll(() => box("staff").isChecked()).toBe(true);
  });

  it("lets the browser's own back button lead to the first page", async () => {
    await toSecondPage();
    await words().fill("Not lost");
    await page.goBack();
    await expect.poll(() => box("staff").isChecked()).toBe(true);
    await page.goForward();
    await expect.poll(() => words().inputValue()).toBe("Not lost");
  });

  it("keeps what was typed when the phone is put away", async () => {
    await toSecondPage();
    await words().fill("Half a sen");
    const kept = page.waitForRequest((request) => (request.postData() ?? "").includes("_go=save"));
    await page.evaluate(() => {
      Object.defineProperty(document, "visibilityState", { value: "hidden", configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
    });
    await kept;
    await page.close();
    page = await phone.newPage();
    await page.goto(path);
    await expect.poll(() => words().inputValue()).toBe("Half a sen");
  });

  it("sends a page once, however often the button is pressed", async () => {
    const before = await answers();
    await toSecondPage();
    await words().fill("Pressed twice");
    await page.waitForTimeout(600);
    let sent = 0;
    await page.route("**/s/**", async (route) => {
      if (route.request().method() === "POST") {
        sent += 1;
        await new Promise((done) => setTimeout(done, 400));
      }
      await route.continue();
    });
    await next().evaluate((button) => {
      (button as HTMLButtonElement).click();
      (button as HTMLButtonElement).click();
    });
    await page.getByRole("heading", { name: "Thank you" }).waitFor();
    expect(sent).toBe(1);
    expect(await answers()).toBe(before + 1);
  });

  it("says that the connection failed, keeps the words, and goes on when it is back", async () => {
    await toSecondPage();
    await words().fill("In the tunnel");
    await page.waitForTimeout(600);
    await phone.setOffline(true);
    await next().click();
    await page.locator("#offline").waitFor({ state: "visible" });
    expect(await words().inputValue()).toBe("In the tunnel");
    await phone.setOffline(false);
    await next().click();
    await page.getByRole("heading", { name: "Thank you" }).waitFor();
  });

  it("keeps a page that the server cannot take as it is, and says why", async () => {
    await toSecondPage();
    // More than a request may hold; the page is not lost for that.
    await words().fill("あ".repeat(400_000));
    await next().click();
    await page.getByText("That was too long to send").waitFor();
    expect((await words().inputValue()).length).toBe(400_000);
    await words().fill("In short");
    await next().click();
    await page.getByRole("heading", { name: "Thank you" }).waitFor();
  });

  it("changes the language with the answers in place", async () => {
    await leaveMark();
    await box("staff").check({ force: true });
    await page.getByRole("button", { name: "日本語" }).click();
    await page.getByText("よかった点").waitFor();
    expect(await box("staff").isChecked()).toBe(true);
    expect(await page.evaluate(() => document.documentElement.lang)).toBe("ja");
    expect(await hasMark()).toBe(true);
  });

  it("takes writing beside a choice for that choice, and “nothing” for nothing else", async () => {
    await page.getByRole("textbox", { name: /^Other/ }).fill("Smell of bread");
    expect(await box("other").isChecked()).toBe(true);
    await box("none").check({ force: true });
    expect(await box("other").isChecked()).toBe(false);
    await box("staff").check({ force: true });
    expect(await box("none").isChecked()).toBe(false);
  });
});

/**
 * A survey from a template: changed, mended where it is wrong, previewed, published,
 * linked from a touchpoint, and the next step on Home until somebody answers.
 */
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { violations } from "./browser";
import { closeDesk, openDesk } from "./desk";
import type { Koe } from "./koe";

let koe: Koe;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let survey: string;

beforeAll(async () => {
  ({ koe, browser, context, page } = await openDesk());
  await page.goto("/touchpoints");
  await page.getByRole("button", { name: "Add touchpoint" }).first().click();
  await page.getByLabel("Name (English)").fill("Shinjuku till");
  await page.getByLabel("Code").fill("shinjuku-till");
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await page.getByRole("button", { name: "Shinjuku till" }).waitFor();
});

afterAll(() => closeDesk({ koe, browser, context }));

describe("a survey", () => {
  it("begins with a template", async () => {
    await page.goto("/surveys");
    await page.getByRole("button", { name: /^Use this: Recommendation/ }).click();
    await page.waitForURL(/\/surveys\/[^/]+\/build/);
    survey = new URL(page.url()).pathname.split("/")[2] ?? "";
    await page.getByLabel("Question (English)").waitFor();
  });

  it("keeps a changed question, and takes a change back by the keyboard", async () => {
    const text = page.getByLabel("Question (English)");
    await text.fill("Would you tell a friend about us?");
    await page.getByText("Draft saved").waitFor();
    await page.getByRole("button", { name: "Duplicate" }).click();
    const copies = () =>
      page.getByRole("button", { name: "Would you tell a friend about us?", exact: true }).count();
    await expect.poll(copies).toBe(2);
    await page.keyboard.press("Control+z");
    await expect.poll(copies).toBe(1);
    await page.getByText("Draft saved").waitFor();
    await page.reload();
    await expect.poll(() => text.inputValue()).toBe("Would you tell a friend about us?");
  });

  it("shows each problem as it appears and leads to it", async () => {
    const text = page.getByLabel("Question (English)");
    const japanese = page.getByLabel("Question (日本語)");
    const before = await japanese.inputValue();
    await text.fill("");
    await japanese.fill("");
    await page.getByRole("button", { name: /error/ }).click();
    await page.locator('[data-severity="error"] button').first().click();
    expect(await page.getByRole("button", { name: "Publish" }).isDisabled()).toBe(true);
    await japanese.fill(before);
    await text.fill("Would you tell a friend about us?");
    await expect.poll(() => page.getByRole("button", { name: "Publish" }).isEnabled()).toBe(true);
  });

  it("really runs in the phone preview", async () => {
    await page.getByText("Phone preview", { exact: true }).click();
    const phone = page.frameLocator("iframe");
    await phone.getByText("Would you tell a friend about us?").first().waitFor();
    // The languages stand above the note that nothing here counts, not over it.
    const [languages, note] = [
      await phone.locator(".langs").boundingBox(),
      await phone.locator(".note").boundingBox(),
    ];
    if (!languages || !note) throw new Error("the preview has no languages or no note");
    expect(languages.y + languages.height).toBeLessThanOrEqual(note.y);
    expect(await violations(page)).toEqual([]);
    await page.getByText("Properties", { exact: true }).click();
  });

  it("is published, and its recommendation is measured at once", async () => {
    await page.getByRole("button", { name: "Publish" }).click();
    await page.getByText("Version 1 is published").waitFor();
    await page.goto(`/surveys/${survey}/results`);
    await page.getByText("NPS · Customer survey").first().waitFor();
  });

  it("gets a link that says where", async () => {
    await page.goto(`/surveys/${survey}/links`);
    await page.getByRole("button", { name: "New link" }).first().click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Touchpoint").first().click();
    await page.getByRole("option", { name: "Shinjuku till" }).click();
    await dialog.getByRole("button", { name: "Make the link" }).click();
    await dialog.getByAltText("QR code").waitFor();
    expect(await violations(page)).toEqual([]);
    await dialog.getByRole("button", { name: "Close" }).first().click();
    await page.getByRole("rowheader", { name: /Shinjuku till/ }).waitFor();
  });

  it("is the next step on Home until somebody answers", async () => {
    await page.goto("/");
    await page.getByRole("heading", { name: /is waiting for its first answer/ }).waitFor();
    await page.getByAltText("QR code of the survey").waitFor();
    const step = page.getByRole("listitem").filter({ hasText: "Make a survey" });
    expect(await step.textContent()).toContain("Done");
    await page.getByText("koe demo --data demo").waitFor();
    expect(await violations(page)).toEqual([]);
  });
});

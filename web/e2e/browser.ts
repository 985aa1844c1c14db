/** Chromium as Debian packages it, and the few things every journey does with it. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import {
  type Browser,
  type BrowserContext,
  chromium,
  type Locator,
  type Page,
} from "playwright-core";
import { OWNER } from "./koe";

export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.E2E_CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

export interface Look {
  language: "ja" | "en";
  scheme: "light" | "dark";
  width: number;
  /** Off for somebody whose browser runs no scripts. */
  scripts?: boolean;
}

export const DESK: Look = { language: "en", scheme: "light", width: 1440 };
export const PHONE: Look = { language: "ja", scheme: "light", width: 390 };

/** A fresh profile in one look. Any script error or outside request fails the journey. */
export async function visitor(browser: Browser, url: string, look: Look): Promise<BrowserContext> {
  const context = await browser.newContext({
    baseURL: url,
    locale: look.language === "ja" ? "ja-JP" : "en-GB",
    timezoneId: "Asia/Tokyo",
    colorScheme: look.scheme,
    reducedMotion: "reduce",
    hasTouch: look.width < 768,
    javaScriptEnabled: look.scripts ?? true,
    viewport: { width: look.width, height: look.width < 768 ? 844 : 900 },
  });
  context.setDefaultTimeout(15_000);
  // A language chosen on this device stands over the member's own.
  await context.addInitScript((language) => {
    if (!location.protocol.startsWith("http")) return;
    localStorage.setItem("koe.language", localStorage.getItem("koe.language") ?? language);
  }, look.language);
  context.on("page", (page) => {
    page.on("pageerror", (error) => {
      throw new Error(`script error on ${page.url()}: ${error}`);
    });
    page.on("request", (request) => {
      const outside = new URL(request.url());
      if (!outside.protocol.startsWith("http") || outside.origin === url) return;
      throw new Error(`request to outside: ${request.url()}`);
    });
  });
  return context;
}

export async function signIn(
  page: Page,
  member: { email: string; password: string } = OWNER,
): Promise<void> {
  await page.goto("/sign-in");
  await page.locator('input[name="email"]').fill(member.email);
  await page.locator('input[name="password"]').fill(member.password);
  await page.locator('button[type="submit"]').click();
  await page.locator("#page-title").waitFor();
}

const axeSource = readFileSync(
  createRequire(import.meta.url).resolve("axe-core/axe.min.js"),
  "utf8",
);

/** What axe finds wrong with the page as it stands, a line each. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axeSource);
  return page.evaluate(async () => {
    const { axe } = window as unknown as {
      axe: { run: () => Promise<{ violations: { id: string; nodes: { target: string[] }[] }[] }> };
    };
    const found = await axe.run();
    return found.violations.flatMap((each) =>
      each.nodes.map((node) => `${each.id}: ${node.target.join(" ")}`),
    );
  });
}

/** By how many pixels the page is wider than the screen. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
}

const readerSource = readFileSync(
  createRequire(import.meta.url).resolve("jsqr/dist/jsQR.js"),
  "utf8",
);

/** What the QR code of a picture says, read as a camera would: from its pixels alone. */
export async function readQr(context: BrowserContext, png: Buffer): Promise<string | null> {
  const page = await context.newPage();
  await page.evaluate(readerSource);
  const said = await page.evaluate(
    async (address) => {
      const picture = new Image();
      picture.src = address;
      await picture.decode();
      const canvas = new OffscreenCanvas(picture.width, picture.height);
      const pen = canvas.getContext("2d");
      if (!pen) return null;
      pen.drawImage(picture, 0, 0);
      const { data, width, height } = pen.getImageData(0, 0, picture.width, picture.height);
      const { jsQR } = window as unknown as {
        jsQR: (data: Uint8ClampedArray, width: number, height: number) => { data: string } | null;
      };
      return jsQR(data, width, height)?.data ?? null;
    },
    `data:image/png;base64,${png.toString("base64")}`,
  );
  await page.close();
  return said;
}

/** Drags with a finger from the middle of one thing to the middle of another. */
export async function dragByTouch(page: Page, from: Locator, onto: Locator): Promise<void> {
  const [start, end] = [await from.boundingBox(), await onto.boundingBox()];
  if (!start || !end) throw new Error("nothing to drag");
  const finger = await page.context().newCDPSession(page);
  const x = start.x + start.width / 2;
  const [first, last] = [start.y + start.height / 2, end.y + end.height / 2];
  const touch = (type: "touchStart" | "touchMove" | "touchEnd", y?: number) =>
    finger.send("Input.dispatchTouchEvent", {
      type,
      touchPoints: y === undefined ? [] : [{ x, y }],
    });
  await touch("touchStart", first);
  for (let step = 1; step <= 12; step += 1) {
    await touch("touchMove", first + ((last - first) * step) / 12);
    await page.waitForTimeout(20);
  }
  await touch("touchEnd");
  await finger.detach();
}

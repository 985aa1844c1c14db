/** What most journeys begin with: the real server, and its owner signed in at a desk. */
import type { Browser, BrowserContext, Page } from "playwright-core";
import { DESK, launch, signIn, visitor } from "./browser";
import { type Koe, startKoe } from "./koe";

export interface Desk {
  koe: Koe;
  browser: Browser;
  context: BrowserContext;
  page: Page;
}

export async function openDesk(): Promise<Desk> {
  const desk: Partial<Desk> = {};
  try {
    const koe = await startKoe();
    desk.koe = koe;
    const browser = await launch();
    desk.browser = browser;
    const context = await visitor(browser, koe.url, DESK);
    const page = await context.newPage();
    await signIn(page);
    return { koe, browser, context, page };
  } catch (error) {
    await closeDesk(desk);
    throw error;
  }
}

/** Ends whatever of it was begun. */
export async function closeDesk({ koe, browser, context }: Partial<Desk>): Promise<void> {
  await context?.close();
  await browser?.close();
  await koe?.stop();
}

// Opens an answer page and Home in Chromium with an empty cache and prints what
// came over the wire. Arguments: Chromium, address, session cookie, answer page.
// Run in `web`, where playwright-core is installed.
import { createRequire } from "node:module";

const { chromium } = createRequire(`${process.cwd()}/`)("playwright-core");
const [executablePath, address, cookie, link] = process.argv.slice(2);

const browser = await chromium.launch({
  executablePath,
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
});

/** Bytes over the wire, by kind, in a context of its own. */
async function load(url, cookies) {
  const context = await browser.newContext({ locale: "ja-JP" });
  if (cookies.length > 0) await context.addCookies(cookies);
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send("Network.enable");
  const kinds = new Map();
  const loaded = { requests: 0, bytes: 0, scripts: 0, styles: 0, data: 0 };
  session.on("Network.requestWillBeSent", ({ requestId, type, request }) => {
    if (request.url.startsWith("data:")) return;
    kinds.set(requestId, type);
    loaded.requests += 1;
  });
  session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    const kind = kinds.get(requestId);
    if (kind === undefined) return;
    loaded.bytes += encodedDataLength;
    if (kind === "Script") loaded.scripts += encodedDataLength;
    else if (kind === "Stylesheet") loaded.styles += encodedDataLength;
    else if (kind === "Fetch" || kind === "XHR") loaded.data += encodedDataLength;
  });
  const answer = await page.goto(url, { waitUntil: "networkidle" });
  if (!answer?.ok()) throw new Error(`${url}: ${answer?.status()}`);
  if ((await page.locator("main").count()) === 0) throw new Error(`${url} shows nothing`);
  await context.close();
  return loaded;
}

try {
  const [name, ...value] = cookie.split("=");
  const answer = await load(link, []);
  const home = await load(`${address}/`, [{ name, value: value.join("="), url: address }]);
  console.log(JSON.stringify({ answer, home }));
} finally {
  await browser.close();
}

/**
 * Real files through the wizard: comments of an ambulance service, hotel reviews,
 * orders of a record shop, a questionnaire, and surveys of other tools.
 */
import { resolve } from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { overflow, PHONE, signIn, violations, visitor } from "./browser";
import { closeDesk, openDesk } from "./desk";
import type { Koe } from "./koe";

const SHARED = resolve("../../shared/data");

let koe: Koe;
let browser: Browser;
let context: BrowserContext;
let page: Page;

beforeAll(async () => {
  ({ koe, browser, context, page } = await openDesk());
  // What a converted survey promises about personal data, so that it can be published.
  await page.request.patch("/api/organisation", {
    data: { privacy: { purpose: { ja: "サービスの改善のため", en: "To improve our service" } } },
  });
  for (const code of ["pts", "see-and-convey", "111"]) {
    const made = await page.request.post("/api/touchpoints", {
      data: {
        code,
        name: { en: code },
        channel: "call",
        stage: "use_and_support",
        experience: "direct",
      },
    });
    expect(made.status()).toBe(201);
  }
});

afterAll(() => closeDesk({ koe, browser, context }));

/** Chooses a file and waits for what was found in it. */
async function bring(path: string) {
  await page.goto("/imports");
  await page.locator('input[type="file"]').setInputFiles(`${SHARED}/${path}`);
  await page.getByText("What is a row?").waitFor();
}

const meaning = (column: string) => page.getByLabel(`${column} means`, { exact: true });
const rowOf = (column: string) => page.locator("tbody tr").filter({ has: meaning(column) });

async function tryIt() {
  await page.getByRole("button", { name: "Try without storing" }).click();
  await page.getByText(/rows make/).waitFor({ timeout: 60_000 });
}

async function importAll(records: string) {
  await page.getByRole("button", { name: `Import ${records} records`, exact: true }).click();
  await page.getByText(`${records} records are in.`).waitFor({ timeout: 60_000 });
}

describe("answers that are choices alone", () => {
  it("are not waited for on Home: it says that no metric counts them, and leads to one", async () => {
    await page.goto("/imports");
    await page.locator('input[type="file"]').setInputFiles({
      name: "again.csv",
      mimeType: "text/csv",
      buffer: Buffer.from("day,again\n2026-03-01,yes\n2026-03-02,no\n2026-03-03,yes\n"),
    });
    await page.getByText("What is a row?").waitFor();
    await page.getByRole("radio", { name: /Answers, new survey/ }).check();
    await meaning("again").selectOption("answer");
    await rowOf("again").getByLabel("Kind of question").selectOption("single");
    await tryIt();
    await importAll("3");
    await page.goto("/");
    await page.getByRole("heading", { name: /has 3 answers that no metric counts yet/ }).waitFor();
    expect(await page.getByText("is waiting for its first answer").count()).toBe(0);
    expect(await violations(page)).toEqual([]);
    await page.getByRole("link", { name: "Make a metric" }).click();
    await page.getByRole("dialog", { name: "New metric" }).waitFor();
  });
});

describe("5,096 comments of an ambulance service", () => {
  it("are 2,959 records, and what is ambiguous is listed before anything is stored", async () => {
    await bring("nhs_fft_neas/nhs_fft_neas.csv");
    await page.getByText("Text · UTF-8 · commas · 1 header row · 61 columns").waitFor();
    await page.getByText(/^In use/).click();
    for (const column of ["Comment ID", "Comment sentiment"]) {
      await meaning(column).selectOption("");
    }
    await meaning("Service type 1").selectOption("touchpoint");
    const service = rowOf("Service type 1");
    await service.getByLabel(/Patient Transport/).selectOption("pts");
    await service.getByLabel("See and Convey").selectOption("see-and-convey");
    await service.getByText("Every cell is a known code.").waitFor();
    const score = rowOf("FFT categorical answer");
    await score.getByLabel("Kind of question").selectOption("single");
    await score.getByLabel("Counts as not answered").fill("7");
    await page.keyboard.press("Enter");
    await meaning("FFT answer").selectOption("text_by");
    await rowOf("FFT answer").getByLabel("The question stands in").selectOption("FFT question");
    await rowOf("FFT answer").getByLabel("Counts as not answered").fill("Did not answer");
    await page.keyboard.press("Enter");
    await meaning("FFT question").selectOption("");
    const date = rowOf("Date");
    await date.getByLabel("Written differently by").selectOption("Service type 1");
    const others = date.getByRole("group", { name: "See and Convey" });
    await others.getByLabel(/^Month first/).check();
    await page.getByLabel("Time zone of the dates").fill("Europe/London");
    expect(await violations(page)).toEqual([]);

    await tryIt();
    const leftOut = page.locator("dl div").filter({ hasText: "Rows left out" });
    expect(await leftOut.textContent()).toContain("693");
    await page.getByRole("button", { name: "Back to the columns" }).click();
    await date.getByLabel(/two forms/).selectOption("day_first");
    await page.getByLabel("Keep this mapping for next time").check();
    await page.getByLabel("Its name, such as").fill("FFT export");
    await tryIt();
    await page.getByText("5,096 rows make 2,959 records.").waitFor();
    await page
      .getByRole("cell", { name: /This may be 2021-10-03 or 2021-03-10/ })
      .first()
      .waitFor();
    expect(await violations(page)).toEqual([]);
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("link", { name: "Download CSV" }).click(),
    ]);
    const chunks: Buffer[] = [];
    for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
    // A header, 693 lines, and the end of the last.
    expect(Buffer.concat(chunks).toString("utf8").split("\r\n")).toHaveLength(695);
  });

  it("are in, with the shares that were published", async () => {
    await importAll("2,959");
    expect(await violations(page)).toEqual([]);
    await page.getByRole("link", { name: "Its results" }).click();
    await page.getByText("Question by question").waitFor();
    for (const count of ["2,049", "477", "129", "109", "151"]) {
      await page.getByText(count, { exact: true }).first().waitFor();
    }
  });

  it("change nothing when the same file comes again with the mapping kept", async () => {
    await page.goto("/imports");
    await page.getByLabel("Mapping kept earlier").selectOption("FFT export");
    await page
      .locator('input[type="file"]')
      .setInputFiles(`${SHARED}/nhs_fft_neas/nhs_fft_neas.csv`);
    await page.getByText("What is a row?").waitFor();
    expect(await page.getByRole("radio", { name: /Answers to a survey/ }).isChecked()).toBe(true);
    await tryIt();
    await page.getByRole("button", { name: "Import 2,959 records" }).click();
    await page.getByText("Everything was here already; nothing changed.").waitFor();
    await page.goto("/imports");
    await page.getByRole("link", { name: "nhs_fft_neas.csv" }).nth(1).waitFor();
  });
});

describe("507 Japanese hotel reviews", () => {
  it("become voices that are found by their words", async () => {
    await bring("ja_hotel_reviews/ja_hotel_reviews.jsonl");
    expect(await page.getByRole("radio", { name: /^Texts/ }).isChecked()).toBe(true);
    const attempt = page.getByRole("button", { name: "Try without storing" });
    expect(await attempt.isDisabled()).toBe(true);
    await page.getByLabel("When it took place").last().fill("2023-01-01");
    await tryIt();
    await importAll("507");
    await page.getByRole("link", { name: "Voices", exact: true }).last().click();
    await page.getByText(/^[\d,]+ voices$/).waitFor();
    for (const [word, found] of [
      ["駅", 209],
      ["風呂", 209],
      ["朝食", 250],
      ["スタッフ", 320],
    ] as const) {
      await page.getByLabel("Search in the texts").fill(word);
      await page.getByText(`${found} voices`, { exact: true }).waitFor();
    }
  });
});

describe("6,919 orders without a header", () => {
  it("are joined to 2,357 customers", async () => {
    await bring("cdnow/CDNOW_sample.txt");
    await page.getByText(/blanks · no header · 5 columns/).waitFor();
    // The proposal for other rows takes its time; what is chosen meanwhile stays.
    await page.route("**/look", async (route) => {
      await new Promise((done) => setTimeout(done, 1_500));
      await route.continue();
    });
    await page.getByRole("radio", { name: /Texts/ }).check();
    await page.getByRole("radio", { name: /Operations/ }).check();
    await meaning("#1").selectOption("customer");
    await page.getByText("Making another proposal").waitFor();
    expect(await page.getByRole("button", { name: "Try without storing" }).isDisabled()).toBe(true);
    await page.getByText("Making another proposal").waitFor({ state: "detached" });
    expect(await meaning("#1").inputValue()).toBe("customer");
    expect(await page.getByRole("radio", { name: /Operations/ }).isChecked()).toBe(true);
    await page.unroute("**/look");
    await rowOf("#1").getByLabel("Name of the system").fill("cdnow");
    await meaning("#2").selectOption("");
    await rowOf("#5").getByLabel("Name of the field").fill("amount");
    await page.getByLabel("Key").fill("orders");
    await tryIt();
    await importAll("6,919");
    const made = page.locator("dl div").filter({ hasText: "New customers" });
    expect(await made.textContent()).toContain("2,357");
  });
});

describe("a file of stores nobody has made yet", () => {
  const FILE = {
    name: "stores.csv",
    mimeType: "text/csv",
    buffer: Buffer.from(
      [
        "date,store,desk,score,comment",
        "2026-03-01,新宿店,レジ,9,駅から近い",
        "2026-03-02,梅田 北口店,レジ,3,待ち時間が長い",
        "2026-03-03,新宿店,受け取り,8,",
      ].join("\n"),
    ),
  };

  it("keeps what was decided when one leaves before the trial", async () => {
    await page.goto("/imports");
    await page.locator('input[type="file"]').setInputFiles(FILE);
    await page.getByText("What is a row?").waitFor();
    await meaning("store").selectOption("unit");
    await meaning("desk").selectOption("touchpoint");
    await page.getByRole("link", { name: "Voices", exact: true }).first().click();
    await page.getByLabel("Search in the texts").waitFor();
    await page.goBack();
    await page.getByText("You are going on where you left").waitFor();
    expect(await meaning("store").inputValue()).toBe("unit");
    await page.reload();
    await expect.poll(() => meaning("desk").inputValue()).toBe("touchpoint");
    expect(await violations(page)).toEqual([]);
  });

  it("makes its stores and touchpoints where they are missed", async () => {
    const stores = rowOf("store");
    await stores.getByText("2 values have no code here").waitFor();
    await stores.getByRole("button", { name: "Make these units here (2)" }).click();
    await stores.getByLabel("梅田 北口店: Kind").selectOption("team");
    expect(await violations(page)).toEqual([]);
    await stores.getByRole("button", { name: "Make the units (2)" }).click();
    await stores.getByText("Every cell is a known code.").waitFor();
    const desks = rowOf("desk");
    await desks.getByRole("button", { name: "Make these touchpoints here (2)" }).click();
    await desks.getByLabel("For all of them: Stage").selectOption("purchase");
    await desks.getByLabel("受け取り: Channel").selectOption("delivery");
    await desks.getByRole("button", { name: "Make the touchpoints (2)" }).click();
    await desks.getByText("Every cell is a known code.").waitFor();
    const made = async (path: string) => {
      const { items } = (await (await page.request.get(path)).json()) as {
        items: { code: string; kind?: string; channel?: string; stage?: string }[];
      };
      return items;
    };
    expect(await made("/api/units")).toMatchObject([
      { code: "新宿店", kind: "store" },
      { code: "梅田-北口店", kind: "team" },
    ]);
    expect(await made("/api/touchpoints")).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ code: "レジ", channel: "store", stage: "purchase" }),
        expect.objectContaining({ code: "受け取り", channel: "delivery", stage: "purchase" }),
      ]),
    );
    await tryIt();
    await page.getByText("3 rows make 3 records. Nothing is wrong with them.").waitFor();
    await importAll("3");
    await page.getByRole("link", { name: "Its results" }).click();
    await page.getByRole("tab", { name: "Responses" }).click();
    await page.getByRole("rowheader").nth(1).getByRole("button").click();
    await page
      .getByRole("dialog", { name: "Response", exact: true })
      .getByText("梅田 北口店")
      .waitFor();
  });
});

describe("a questionnaire of 24 items", () => {
  it("becomes a survey of its columns", async () => {
    await bring("ecsi_mobi/mobi.csv");
    await page.getByLabel("When it took place").last().fill("2005-01-01");
    await tryIt();
    await page.getByText("250 rows make 250 records. Nothing is wrong with them.").waitFor();
    await importAll("250");
  });
});

describe("surveys of other tools", () => {
  it("are accounted for element by element, and answers follow them", async () => {
    await page.goto("/imports");
    const folder = `${SHARED}/qualtrics_qsf_csv/single_answer_mc`;
    await page
      .locator('input[type="file"]')
      .setInputFiles(`${folder}/Single_Answer_MC_Questions.qsf`);
    await page.getByText("Element by element").waitFor();
    const counts = await page
      .locator("dl dd")
      .evaluateAll((all) => all.map((each) => Number(each.textContent?.replace(",", ""))));
    expect(counts).toHaveLength(4);
    expect((counts[0] ?? 0) + (counts[1] ?? 0) + (counts[2] ?? 0)).toBe(counts[3]);
    expect(counts[3]).toBeGreaterThan(0);
    expect(await violations(page)).toEqual([]);
    await page.getByRole("button", { name: "Make the survey" }).click();
    await page.waitForURL(/\/surveys\/[^/]+\/build/);
    await page.getByRole("button", { name: "Publish" }).click();
    await page.getByText("Version 1 is published").waitFor();

    for (const export_ of [
      "Single_Answer_MC_Questions",
      "Single_Answer_MC_Questions__insights_3hdr",
    ]) {
      await bring(`qualtrics_qsf_csv/single_answer_mc/${export_}.csv`);
      await page.getByRole("radio", { name: /Answers to a survey/ }).check();
      await page.getByLabel("Which survey").selectOption({ label: "Single Answer MC Questions" });
      await page.getByText(/· Qualtrics$/).waitFor();
      await tryIt();
      await page.getByText("5 rows make 5 records.").waitFor();
    }
    await importAll("5");
  });

  it("say what wants a look before they are published, and lead to the question", async () => {
    await page.goto("/imports");
    const folder = `${SHARED}/qualtrics_qsf_csv/better_sample_survey`;
    await page.locator('input[type="file"]').setInputFiles(`${folder}/Better_Sample_Survey.qsf`);
    const before = page.getByRole("region", { name: "Before it can be published" });
    await before.getByText("5 things want a look first").waitFor();
    const first = before.getByRole("listitem").first();
    const name = (await first.locator("b").textContent()) ?? "";
    expect(name.length).toBeGreaterThan(10);
    expect(await violations(page)).toEqual([]);
    await first.getByRole("button", { name: `Make it and mend this: ${name}` }).click();
    await page.waitForURL(/\/surveys\/[^/]+\/build/);
    const chosen = page
      .getByRole("navigation", { name: "Pages and questions" })
      .locator('[aria-current="true"]');
    await expect.poll(() => chosen.textContent()).toBe(name);
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.closest("[data-field]") !== null))
      .toBe(true);
  });

  it("keep their names on a phone, in Japanese", async () => {
    const phone = await visitor(browser, koe.url, PHONE);
    const theirs = await phone.newPage();
    await signIn(theirs);
    await theirs.goto("/imports");
    await theirs.locator('input[type="file"]').setInputFiles(`${SHARED}/limesurvey/survey.lss`);
    await theirs.getByText("要素ごとの結果").waitFor();
    expect(await overflow(theirs)).toBeLessThanOrEqual(0);
    expect(await violations(theirs)).toEqual([]);
    await theirs.goto("/imports");
    await theirs
      .locator('input[type="file"]')
      .setInputFiles(`${SHARED}/nhs_fft_neas/nhs_fft_neas.csv`);
    await theirs.getByText("1行は何を表しますか").waitFor();
    expect(await overflow(theirs)).toBeLessThanOrEqual(0);
    expect(await violations(theirs)).toEqual([]);
    await phone.close();
  });
});

import { fireEvent, screen } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { renderIn } from "../../testing/render";
import { NPS_SCALE, PERCENT_SCALE, type ScoreValue } from "./model";
import { Score } from "./Score";

const nps: ScoreValue = {
  value: 18.6,
  n: 1904,
  n_missing: 12,
  interval: [15.2, 22.0],
  confidence: 0.95,
  method: "multinomial",
  few: false,
  suppressed: false,
  counts: { promoters: 800, passives: 658, detractors: 446 },
  change: {
    difference: -3.1,
    interval: [-5.4, -0.8],
    p: 0.008,
    verdict: "down",
    method: "z test",
    base_value: 21.7,
    base_n: 1800,
  },
};

const hidden = { ...nps, value: null, interval: null, suppressed: true };

/** What assistive technology reads for the number. */
const spoken = () => screen.getByRole("button").querySelector(".visually-hidden")?.textContent;

describe("a score", () => {
  it("says value, change, n, interval and target as one sentence", async () => {
    await renderIn("en", <Score name="NPS" score={nps} scale={{ ...NPS_SCALE, target: 20 }} />);
    expect(spoken()).toBe(
      "NPS: +18.6, down 3.1, 1,904 answers, 95% interval +15.2 to +22.0, target +20.0",
    );
    expect(screen.getByTestId("target-tick")).toBeTruthy();
  });

  it("says the same in Japanese", async () => {
    await renderIn("ja", <Score name="NPS" score={nps} scale={NPS_SCALE} />);
    expect(spoken()).toBe("NPS：+18.6、3.1 低下、1,904件の回答、95%信頼区間 +15.2から+22.0");
  });

  it("shows the arrow and the signed change when the test found one", async () => {
    await renderIn("en", <Score name="NPS" score={nps} scale={NPS_SCALE} />);
    expect(screen.getByText("▾")).toBeTruthy();
    expect(screen.getByText("\u22123.1")).toBeTruthy();
  });

  it("shows words instead of an arrow when the test found nothing", async () => {
    const flat = { ...nps, change: { difference: -3.1, verdict: "no_clear_change" } };
    await renderIn("ja", <Score name="NPS" score={flat} scale={NPS_SCALE} />);
    expect(screen.getByText("明確な変化なし")).toBeTruthy();
    expect(screen.queryByText("▾")).toBeNull();
    expect(screen.queryByText("\u22123.1")).toBeNull();
  });

  it("says few answers in a word and claims no change", async () => {
    await renderIn(
      "en",
      <Score name="NPS" score={{ ...nps, n: 12, few: true }} scale={NPS_SCALE} />,
    );
    expect(screen.getByText("few answers")).toBeTruthy();
    expect(screen.getByText("n 12")).toBeTruthy();
    expect(screen.queryByText("▾")).toBeNull();
  });

  it("shows a word for a suppressed figure and never a number", async () => {
    await renderIn("en", <Score name="eNPS" score={hidden} scale={NPS_SCALE} />);
    expect(screen.getByText("hidden")).toBeTruthy();
    expect(screen.getByRole("button").textContent).not.toMatch(/\d/);
    expect(spoken()).toBe("eNPS: hidden");
  });

  it("shows a dash for no answers, not a zero", async () => {
    const empty = { value: null, n: 0, interval: null };
    await renderIn("en", <Score name="CSAT" score={empty} scale={PERCENT_SCALE} />);
    expect(screen.getByText("—")).toBeTruthy();
    expect(screen.getByText("no answers")).toBeTruthy();
    expect(screen.queryByText(/0\.0/)).toBeNull();
  });

  it("opens its method note on a click and closes it on Escape", async () => {
    await renderIn("en", <Score name="NPS" score={nps} scale={NPS_SCALE} />);
    fireEvent.click(screen.getByRole("button"));
    expect(screen.getByText("Method: multinomial · z test")).toBeTruthy();
    expect(screen.getByText("800 · 42.0%")).toBeTruthy();
    expect(screen.getByText(/from \+21\.7 \(n 1,800\)/).textContent).toContain("p = 0.008");
    fireEvent.keyDown(screen.getByRole("button"), { key: "Escape" });
    expect(screen.queryByText("Method: multinomial · z test")).toBeNull();
  });

  it("goes to what is behind it on a click when there is something", async () => {
    const onOpen = vi.fn();
    await renderIn("en", <Score name="NPS" score={nps} scale={NPS_SCALE} onOpen={onOpen} />);
    fireEvent.click(screen.getByRole("button"));
    expect(onOpen).toHaveBeenCalledOnce();
  });
});

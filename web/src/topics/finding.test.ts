import { describe, expect, it } from "vitest";
import type { TopicFigure } from "../api/types";
import { findingOf } from "./finding";

const topic = (id: string, n: number, negative: number, parent: string | null = null) =>
  ({
    topic: id,
    parent,
    label: { en: id },
    n,
    said: { positive: n - negative, neutral: 0, mixed: 0, negative },
  }) as unknown as TopicFigure;

describe("the finding of topics", () => {
  it("names the most frequent and the worst of those beneath all others", () => {
    const found = findingOf([
      topic("shop", 300, 150),
      topic("staff", 200, 20, "shop"),
      topic("wait", 100, 80, "shop"),
      topic("rare", 5, 5, "shop"),
    ]);
    expect(found?.most.topic).toBe("staff");
    expect(found?.worst?.topic).toBe("wait");
  });

  it("is silent where too little was said", () => {
    expect(findingOf([topic("none", 0, 0)])).toBeNull();
    expect(findingOf([topic("few", 29, 29)])?.worst).toBeNull();
    expect(findingOf([topic("glad", 90, 0)])?.worst).toBeNull();
  });
});

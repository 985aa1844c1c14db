import { describe, expect, it } from "vitest";
import {
  depthOf,
  EMPTY,
  linesOf,
  newId,
  ruleOf,
  type TopicDocument,
  walk,
  withNew,
  without,
  withTopic,
} from "./document";

const hotel: TopicDocument = {
  koe_topics: 1,
  topics: [
    { id: "room", name: { en: "Room" }, topics: [{ id: "bed", name: { en: "Bed" }, rule: "bed" }] },
    { id: "food", name: { en: "Food" }, rule: { any: ["meal", { part: "朝食" }] } },
  ],
};

describe("a rule as lines", () => {
  it("is one line for each part, and the same rule again", () => {
    for (const [rule, lines] of [
      ["bed", ["bed"]],
      [{ any: ["meal", { part: "朝食" }] }, ["meal", '{"part":"朝食"}']],
      [{ near: ["a", "b"], words: 3 }, ['{"near":["a","b"],"words":3}']],
      [undefined, []],
    ] as const) {
      expect(linesOf(rule)).toEqual(lines);
      expect(ruleOf(lines)).toEqual(rule);
    }
  });

  it("passes over empty lines and refuses broken ones", () => {
    expect(ruleOf(["", " bed ", ""])).toBe("bed");
    expect(() => ruleOf(['{"part":'])).toThrow(SyntaxError);
  });
});

describe("the document", () => {
  it("is walked from the top down, with the places that refusals name", () => {
    expect(walk(hotel.topics).map(({ topic, parent, path }) => [topic.id, parent, path])).toEqual([
      ["room", null, "topics[0]"],
      ["bed", "room", "topics[0].topics[0]"],
      ["food", null, "topics[1]"],
    ]);
    const figures = walk(hotel.topics).map(({ topic, parent }) => ({ topic: topic.id, parent }));
    expect(figures.map((each) => depthOf(figures, each))).toEqual([0, 1, 0]);
  });

  it("takes a topic in, changes it and lets it go, wherever it stands", () => {
    const pillow = { id: "pillow", name: { en: "Pillow" }, rule: "pillow" };
    const more = withNew(hotel, pillow, "room");
    expect(walk(more.topics).map((each) => each.topic.id)).toEqual([
      "room",
      "bed",
      "pillow",
      "food",
    ]);
    const renamed = withTopic(more, { ...pillow, name: { en: "Pillows" } });
    expect(walk(renamed.topics)[2]?.topic.name).toEqual({ en: "Pillows" });
    expect(without(more, "pillow")).toEqual(hotel);
    expect(walk(without(hotel, "room").topics).map((each) => each.topic.id)).toEqual(["food"]);
    expect(withNew(EMPTY, pillow, null).topics).toEqual([pillow]);
  });

  it("gives ids of the name that nobody has", () => {
    expect(newId(hotel, { en: "Wi-Fi & TV" })).toBe("wi_fi_tv");
    expect(newId(hotel, { en: "Room" })).toBe("room_2");
    expect(newId(hotel, { ja: "夜" })).toBe("topic");
  });
});

import { describe, expect, it } from "vitest";
import { differences, findingOf, quadrantOf } from "./finding";
import { driver, results } from "./testing";

const low = driver({ driver: "wait", share: 0.4, performance: 2, potential: 8 });
const high = driver({ driver: "staff", share: 0.5, performance: 4.5, potential: 9 });
const little = driver({ driver: "music", share: 0.1, performance: 3, significant: false });

describe("the finding", () => {
  it("begins with what matters and is rated low", () => {
    expect(findingOf(results([high, low, little]))).toEqual({ kind: "begin", driver: low });
    expect(quadrantOf(high, [high, low, little])).toBe("keep");
    expect(quadrantOf(little, [high, low, little])).toBe("watch");
  });

  it("keeps what matters most when it is rated well", () => {
    expect(findingOf(results([high, little]))).toEqual({ kind: "keep", driver: high });
  });

  it("does not call high or low what the whisker leaves open", () => {
    const open = driver({ ...high, performance: 3.1, performance_interval: [2.6, 3.6] });
    expect(findingOf(results([open, little]))).toEqual({ kind: "most", driver: open });
    const doubtful = driver({ ...low, performance: 2.9, performance_interval: [2.2, 3.9] });
    expect(findingOf(results([high, doubtful, little])).kind).toBe("keep");
  });

  it("ranks nothing where a rule refuses it or nothing can be told", () => {
    const refused = { code: "few_rows", driver: null, others: [], value: 9, wanted: 40 };
    expect(findingOf(results([low], { refused })).kind).toBe("refused");
    expect(findingOf(results([low], { finding: null })).kind).toBe("refused");
    expect(findingOf(results([low], { suppressed: true })).kind).toBe("suppressed");
    expect(findingOf(results([little])).kind).toBe("unclear");
  });

  it("names groups that differ, the clearest first", () => {
    const found = results([low]);
    const one = (differs: boolean, p: number, difference: number) => ({
      driver: "wait",
      performance: 3,
      potential: 5,
      potential_interval: [3, 7] as [number, number],
      difference,
      difference_interval: [1, 3] as [number, number],
      p_adjusted: p,
      differs,
    });
    const group = (key: string, of: ReturnType<typeof one>) => ({
      key,
      n: 90,
      r2: 0.3,
      suppressed: false,
      few: false,
      drivers: [of],
    });
    if (found.finding) {
      found.finding.groups = [
        group("a", one(true, 0.04, 2)),
        group("b", one(false, 0.4, 2)),
        group("c", one(true, 0.01, -2)),
      ];
    }
    expect(differences(found).map(({ key, more }) => [key, more])).toEqual([
      ["c", false],
      ["a", true],
    ]);
  });
});

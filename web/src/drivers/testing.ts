/** Findings for tests. */
import type { Driver, DriverResults } from "../api/types";

export function driver(changes: Partial<Driver> = {}): Driver {
  return {
    driver: "field:srv_1:q1",
    label: {},
    scale: [1, 5],
    importance: 0.1,
    interval: [(changes.importance ?? 0.1) * 0.6, (changes.importance ?? 0.1) * 1.4],
    share: 0.25,
    performance: 3,
    performance_interval: [(changes.performance ?? 3) - 0.1, (changes.performance ?? 3) + 0.1],
    step: 1,
    potential: 4,
    potential_interval: [2, 6],
    vif: 1.2,
    p: 0.001,
    p_adjusted: 0.002,
    significant: true,
    rank: 1,
    rank_interval: [1, 2],
    n_missing: 0,
    asymmetry: null,
    ...changes,
  };
}

export function results(drivers: Driver[], changes: Partial<DriverResults> = {}): DriverResults {
  const definition = {
    stream: "srv_1",
    outcome: { kind: "metric" as const, metric: "met_1" },
    drivers: drivers.map((each) => each.driver),
  };
  return {
    analysis: { id: "drv_1", name: { en: "What decides" }, definition, changed_at: "" },
    outcome: { label: { en: "NPS" }, unit: "nps_points", lower_is_better: false },
    suppressed: false,
    refused: null,
    finding: {
      n: 400,
      n_dropped: 3,
      n_effective: 400,
      r2: 0.4,
      r2_interval: [0.3, 0.5],
      r2_adjusted: 0.39,
      p: 0.0001,
      first_component: 0.4,
      resamples: 1000,
      drivers,
      warnings: [],
      groups: null,
    },
    labels: {},
    note: {
      method_version: 1,
      source: "Lindeman, Merenda & Gold 1980",
      confidence: 0.95,
      parts: 256,
      asked: definition,
      computed_at: "2026-04-01T00:00:00Z",
      confidential: false,
    },
    ...changes,
  };
}

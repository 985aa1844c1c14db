/** The layout of a trend: which range the axis shows, which points make the band. Pure. */
import type { EChartsOption, LineSeriesOption } from "echarts";
import type { Language } from "../format/number";
import {
  formatInterval,
  formatValue,
  type Scale,
  type ScoreValue,
  standingOf,
} from "../ui/score/model";
import { seriesColor, type Tokens } from "./tokens";

export interface TrendPoint {
  /** First day of the bucket. */
  start: string;
  /** Last day of the bucket. */
  end?: string;
  label: string;
  score: ScoreValue;
}

export interface TrendSeries {
  key: string;
  name: string;
  points: TrendPoint[];
  /** The series compared with is drawn as a dashed line. */
  compared?: boolean;
}

/** The shown value of a point; suppressed and empty points leave a gap, never a zero. */
export function shownValue(score: ScoreValue): number | null {
  const standing = standingOf(score);
  return standing === "suppressed" || standing === "empty" ? null : (score.value ?? null);
}

/**
 * The range of the value axis and the distance of its rules: all values and intervals with a little air, within
 * the scale, and never narrower than a tenth of it, so that noise does not look
 * like a landslide.
 */
export function axisRange(
  series: readonly TrendSeries[],
  scale: Scale,
): [min: number, max: number, step: number] {
  if (scale.axis) return scale.axis;
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  const see = (value: number | null | undefined) => {
    if (value === null || value === undefined) return;
    low = Math.min(low, value);
    high = Math.max(high, value);
  };
  for (const { points } of series) {
    for (const { score } of points) {
      const value = shownValue(score);
      if (value === null) continue;
      see(value);
      if (!score.few) for (const end of score.interval ?? []) see(end);
    }
  }
  see(scale.target);
  // A mean of a field without a scale has no ends to stay within.
  const bounded = scale.max > scale.min;
  if (!Number.isFinite(low)) {
    const [min, max] = bounded ? [scale.min, scale.max] : [0, 1];
    return [min, max, niceStep((max - min) / 5)];
  }
  const width = bounded ? scale.max - scale.min : Math.max(Math.abs(low), Math.abs(high), 1);
  const least = width / 10;
  const missing = Math.max(0, least - (high - low)) / 2;
  const air = Math.max((high - low) * 0.08, width * 0.01);
  const step = niceStep((high - low + 2 * (missing + air)) / 5);
  const bottom = Math.floor((low - missing - air) / step) * step;
  const top = Math.ceil((high + missing + air) / step) * step;
  return bounded
    ? [Math.max(scale.min, bottom), Math.min(scale.max, top), step]
    : [bottom, top, step];
}

/** The nearest of 1, 2, 5 × a power of ten that is not smaller. */
export function niceStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  for (const factor of [1, 2, 5]) if (factor * power >= rough) return factor * power;
  return 10 * power;
}

/** A day from which a question was put in other words or on another scale. */
export interface TrendBreak {
  day: string;
  name: string;
}

/** The point a break stands before: the first whose bucket ends on or after its day. */
export function breakIndex(points: readonly TrendPoint[], day: string): number | null {
  const index = points.findIndex((point) => (point.end ?? point.start) >= day);
  return index > 0 ? index : null;
}

/** The target as a dotted line across, breaks as dashed lines down. */
function marksOf(
  lead: TrendSeries | undefined,
  scale: Scale,
  tokens: Tokens,
  breaks: readonly TrendBreak[],
): Pick<LineSeriesOption, "markLine"> {
  const target = scale.target ?? null;
  const down = breaks.flatMap((each) => {
    const index = breakIndex(lead?.points ?? [], each.day);
    return index === null ? [] : [{ index, name: each.name }];
  });
  if (target === null && down.length === 0) return {};
  return {
    markLine: {
      silent: true,
      symbol: "none",
      label: { show: false },
      data: [
        ...(target === null
          ? []
          : [
              {
                yAxis: target,
                lineStyle: { color: tokens.ink, width: 1, type: [2, 3] as [number, number] },
              },
            ]),
        ...down.map(({ index, name }) => ({
          xAxis: index,
          lineStyle: { color: tokens.ink2, width: 1, type: [6, 4] as [number, number] },
          label: {
            show: true,
            formatter: name,
            position: "end" as const,
            // Towards the middle, so that it stays inside the chart.
            align: (2 * index > (lead?.points.length ?? 0) ? "right" : "left") as "right" | "left",
            color: tokens.ink2,
            fontSize: 12,
            fontFamily: tokens.fontSans,
          },
        })),
      ],
    },
  };
}

export interface TrendWords {
  language: Language;
  n: (n: string) => string;
  few: string;
  suppressed: string;
  empty: string;
}

/** One line of the tooltip and of the live text. */
export function describePoint(point: TrendPoint, scale: Scale, words: TrendWords): string {
  const { score } = point;
  const standing = standingOf(score);
  if (standing === "suppressed") return words.suppressed;
  if (score.value === null || score.value === undefined || standing === "empty") return words.empty;
  const count = new Intl.NumberFormat(words.language === "ja" ? "ja-JP" : "en-GB").format(
    score.n ?? 0,
  );
  return [
    formatValue(score.value, scale, words.language),
    score.interval ? formatInterval(score.interval, scale, words.language) : null,
    words.n(count),
    standing === "few" ? words.few : null,
  ]
    .filter(Boolean)
    .join("  ");
}

/** ECharts option of a trend: a band for the leading series, lines for all, labels at their ends. */
export function trendOption(
  series: readonly TrendSeries[],
  scale: Scale,
  words: TrendWords,
  tokens: Tokens,
  breaks: readonly TrendBreak[] = [],
): EChartsOption {
  const [lead] = series;
  const categories = lead?.points.map((point) => point.label) ?? [];
  const [min, max, step] = axisRange(series, scale);
  const several = series.length > 1;
  const lines: LineSeriesOption[] = series.map((each, index) => ({
    type: "line",
    name: each.name,
    data: each.points.map((point) => shownValue(point.score)),
    symbol: "circle",
    symbolSize: (_value, params) =>
      each.points[params.dataIndex ?? 0]?.score.few ? 4 : each.points.length > 40 ? 0 : 6,
    showSymbol: true,
    connectNulls: false,
    lineStyle: {
      color: seriesColor(tokens, index),
      width: index === 0 ? 2 : 1.5,
      type: each.compared ? "dashed" : "solid",
    },
    itemStyle: {
      color: seriesColor(tokens, index),
      borderColor: tokens.paper,
      borderWidth: 1,
    },
    emphasis: { disabled: true },
    z: 5 - index,
    ...(several
      ? {
          endLabel: {
            show: true,
            formatter: each.name,
            color: index === 0 ? tokens.ink : tokens.ink2,
            fontSize: 13,
            fontFamily: tokens.fontSans,
            distance: 8,
          },
          labelLayout: { moveOverlap: "shiftY" as const },
        }
      : {}),
    ...(index === 0 ? marksOf(lead, scale, tokens, breaks) : {}),
  }));

  return {
    grid: {
      left: 4,
      right: several ? 120 : 12,
      top: breaks.length > 0 ? 30 : 12,
      bottom: 4,
      outerBoundsMode: "same",
      outerBoundsContain: "axisLabel",
    },
    textStyle: { fontFamily: tokens.fontSans, fontSize: 13, color: tokens.ink2 },
    aria: { enabled: false },
    tooltip: {
      trigger: "axis",
      backgroundColor: tokens.card,
      borderColor: tokens.line,
      padding: [8, 12],
      textStyle: { color: tokens.ink, fontSize: 13, fontFamily: tokens.fontSans },
      axisPointer: { type: "line", lineStyle: { color: tokens.lineStrong, width: 1 } },
      extraCssText: "box-shadow:none;border-radius:6px;font-feature-settings:'tnum'",
      formatter: (params) => {
        const first = Array.isArray(params) ? params[0] : params;
        const index = first?.dataIndex ?? 0;
        const rows = series.map((each) => {
          const point = each.points[index];
          const text = point ? describePoint(point, scale, words) : "";
          return several ? `${escapeHtml(each.name)}  ${escapeHtml(text)}` : escapeHtml(text);
        });
        return [`<b>${escapeHtml(categories[index] ?? "")}</b>`, ...rows].join("<br>");
      },
    },
    xAxis: {
      type: "category",
      data: categories,
      boundaryGap: false,
      axisLine: { lineStyle: { color: tokens.line } },
      axisTick: { show: false },
      axisLabel: { color: tokens.ink2, fontSize: 13, hideOverlap: true, margin: 10 },
    },
    yAxis: {
      type: "value",
      min,
      max,
      interval: step,
      axisLabel: {
        color: tokens.ink2,
        fontSize: 13,
        formatter: (value: number) =>
          formatValue(
            value,
            { ...scale, decimals: Number.isInteger(value) ? 0 : 1 },
            words.language,
          ),
      },
      splitLine: { lineStyle: { color: tokens.line, width: 1 } },
    },
    series: [...lines, ...bandOf(lead, tokens)],
  };
}

/** The interval of a series as two stacked areas, the lower one unseen. */
function bandOf(series: TrendSeries | undefined, tokens: Tokens): LineSeriesOption[] {
  if (!series) return [];
  const ends = series.points.map(({ score }) => {
    const [low, high] = score.interval ?? [];
    return shownValue(score) === null || low === undefined || high === undefined
      ? null
      : { low, high };
  });
  const common: LineSeriesOption = {
    type: "line",
    stack: "band",
    stackStrategy: "all",
    symbol: "none",
    silent: true,
    lineStyle: { opacity: 0 },
    tooltip: { show: false },
    emphasis: { disabled: true },
    z: 1,
  };
  return [
    { ...common, data: ends.map((end) => end?.low ?? null) },
    {
      ...common,
      data: ends.map((end) => (end ? end.high - end.low : null)),
      areaStyle: { color: tokens.accent, opacity: 0.13 },
    },
  ];
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

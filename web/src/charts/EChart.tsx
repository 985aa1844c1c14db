import { Skeleton, useComputedColorScheme } from "@mantine/core";
import type { EChartsOption } from "echarts";
import type { EChartsType } from "echarts/core";
import { useEffect, useRef, useState } from "react";
import { readTokens, type Tokens } from "./tokens";

interface EChartProps {
  /** Builds the chart from the tokens of the scheme on the screen. */
  option: (tokens: Tokens) => EChartsOption;
  height: number;
  /** The point the keyboard is at; its tooltip is shown. */
  active?: number | null;
  onPointClick?: (series: number, index: number) => void;
}

/**
 * A drawing area for ECharts. It is hidden from assistive technology: its owner
 * says the same in a table and in a live text.
 */
export function EChart({ option, height, active = null, onPointClick }: EChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType | null>(null);
  const [ready, setReady] = useState(false);
  const scheme = useComputedColorScheme("light");
  const click = useRef(onPointClick);
  click.current = onPointClick;

  useEffect(() => {
    let disposed = false;
    let observer: ResizeObserver | undefined;
    void import("./engine").then(({ init }) => {
      if (disposed || !box.current) return;
      const made = init(box.current, undefined, { renderer: "svg" });
      made.on("click", (event) => {
        if (typeof event.seriesIndex === "number" && typeof event.dataIndex === "number") {
          click.current?.(event.seriesIndex, event.dataIndex);
        }
      });
      observer = new ResizeObserver(() => made.resize());
      observer.observe(box.current);
      chart.current = made;
      setReady(true);
    });
    return () => {
      disposed = true;
      observer?.disconnect();
      chart.current?.dispose();
      chart.current = null;
    };
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the scheme changes what the tokens read.
  useEffect(() => {
    if (!ready) return;
    chart.current?.setOption({ ...option(readTokens()), animation: false }, true);
  }, [ready, option, scheme]);

  useEffect(() => {
    if (!ready) return;
    chart.current?.dispatchAction(
      active === null
        ? { type: "hideTip" }
        : { type: "showTip", seriesIndex: 0, dataIndex: active },
    );
  }, [ready, active]);

  return (
    <div aria-hidden="true" style={{ position: "relative", height }}>
      {!ready && <Skeleton height={height} />}
      <div ref={box} style={{ position: "absolute", inset: 0 }} />
    </div>
  );
}

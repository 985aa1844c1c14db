import { useEffect, useRef } from "react";

/**
 * When what a page shows is exchanged for something else, its heading takes the focus: it is
 * read out, and the keyboard goes on from the top instead of from a button that is gone.
 */
export function useHeadingFocus(shown: string): void {
  const previous = useRef(shown);
  useEffect(() => {
    if (previous.current === shown) return;
    previous.current = shown;
    const frame = requestAnimationFrame(() => {
      const target = document.getElementById("page-title") ?? document.getElementById("main");
      target?.focus({ preventScroll: true });
    });
    return () => cancelAnimationFrame(frame);
  }, [shown]);
}

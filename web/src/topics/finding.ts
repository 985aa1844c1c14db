/** What the figures of topics say in a sentence. Pure. */
import type { TopicFigure } from "../api/types";

/** Fewer voices than this carry no finding about what is judged. */
const FEWEST = 30;

export interface TopicFinding {
  /** What most voices speak of. */
  most: TopicFigure;
  /** What is most often judged badly among those spoken of often enough. */
  worst: TopicFigure | null;
}

const badness = ({ said, n }: TopicFigure) => said.negative / Math.max(n, 1);

/** Topics that gather others say nothing by themselves: only the lowest are compared. */
export function findingOf(topics: readonly TopicFigure[]): TopicFinding | null {
  const lowest = topics.filter(
    (topic) => topic.n > 0 && !topics.some((each) => each.parent === topic.topic),
  );
  const [most] = [...lowest].sort((a, b) => b.n - a.n);
  if (!most) return null;
  const enough = lowest.filter((topic) => topic.n >= FEWEST && topic.said.negative > 0);
  const [worst] = enough.sort((a, b) => badness(b) - badness(a));
  return { most, worst: worst ?? null };
}

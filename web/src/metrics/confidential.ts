import { useQuery } from "@tanstack/react-query";
import type { Metric } from "../api/types";
import { fieldsQuery } from "../filters/queries";
import { streamsOf } from "./question";

/**
 * Whether a metric counts a confidential survey, which decides what may be asked of it; absent while
 * that is not known. A reader who may not see the fields is told by the answer itself.
 */
export function useConfidential(all: readonly Metric[]): ((metric: Metric) => boolean) | undefined {
  const { data: fields, isError } = useQuery(fieldsQuery);
  if (fields === undefined && !isError) return undefined;
  const hidden = new Set(fields?.filter((each) => each.confidential).map((each) => each.stream));
  return (metric) => [...streamsOf(metric, all)].some((stream) => hidden.has(stream));
}

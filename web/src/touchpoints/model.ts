import type { Channel, StageName } from "../api/types";

/** The stages of the whole cycle, in its order. */
export const STAGES: readonly StageName[] = [
  "need_recognition",
  "need",
  "research",
  "selection",
  "purchase",
  "first_use",
  "use_and_support",
  "promote_or_criticise",
  "renewal",
  "disposal_or_reuse",
  "next_purchase",
];

export const CHANNELS: readonly Channel[] = [
  "store",
  "web",
  "app",
  "call",
  "email",
  "chat",
  "face_to_face",
  "delivery",
  "product",
  "social",
  "advertising",
  "post",
  "other",
];

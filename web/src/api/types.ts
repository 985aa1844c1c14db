/** The API's shapes under the product's words; the one place that knows their origin. */
import type { components } from "./schema.gen";

type Schemas = components["schemas"];

export type Session = Schemas["Session"];
export type Organisation = Schemas["Organisation"];
export type Privacy = Schemas["Privacy"];
export type Permission = Schemas["Permission"];
export type Role = Schemas["Role"];
export type Member = Schemas["Member"];
export type Invitation = Schemas["InvitationView"];
export type ApiKey = Schemas["KeyView"];
export type AuditEntry = Schemas["AuditView"];
export type Unit = Schemas["UnitView"];
export type Channel = Schemas["Channel"];
export type StageName = Schemas["Stage"];
export type Stage = Schemas["StageInfo"];
export type Touchpoint = Schemas["Touchpoint"];
export type Offering = Schemas["Offering"];

export type {
  CustomerHead,
  FieldInfo,
  Formula,
  Metric,
  MetricAnswer,
  MetricGroup,
  MetricQuestion,
  TimelineEntry,
  Voice,
  VoicePage,
} from "./provisional";

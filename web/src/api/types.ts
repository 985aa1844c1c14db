/** The API's shapes under the product's words; the one place that knows their origin. */
import type { components } from "./schema.gen";

/** Every shape of the document, for the few places that need one without a name below. */
export type Components = components["schemas"];
type Schemas = Components;

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

/** Values of declared attributes by key. */
type Attributes = { attributes: Record<string, unknown> };
export type Customer = Omit<Schemas["Customer"], "attributes"> & Attributes;
export type CustomerDetail = Omit<Schemas["CustomerDetail"], "attributes"> & Attributes;
export type Attribute = Schemas["Attribute"];
export type Erasure = Schemas["Erasure"];
export type ErasureReason = Schemas["ErasureReason"];
export type FieldInfo = Schemas["FieldInfo"];
export type OperationalStream = Schemas["OperationalStream"];
export type MetricQuestion = Schemas["ResultsQuery"];
export type MetricGroup = Schemas["GroupView"];

/** A formula and the scale of the answers it counts; the document leaves its keys open. */
export interface Formula {
  kind:
    | "nps"
    | "csat"
    | "ces"
    | "top_box"
    | "bottom_box"
    | "mean"
    | "share"
    | "of_answers"
    | "of_metrics";
  /** A formula that somebody wrote. */
  text?: string;
  scale?: { min: number; max: number } | null;
  top?: number;
  k?: number;
  values?: number[];
  good_end?: "high" | "low";
  direction?: "higher_is_better" | "lower_is_better";
}

/** A metric with its formula spelt out. */
export type Metric = Omit<Schemas["Metric"], "definition"> & {
  definition: Omit<Schemas["Definition"], "formula" | "sources"> & {
    formula: Formula;
    sources: Schemas["Source"][];
  };
};

/** A definition tried before it is kept. */
export type MetricTrial = Schemas["TrialResult"];
export type FormulaProblem = Schemas["FormulaProblem"];

/** Results with the names of the ids that stand in keys: by dimension, id and language. */
export type MetricAnswer = Omit<Schemas["MetricResults"], "metric" | "labels"> & {
  metric: Metric;
  labels: Record<string, Record<string, Record<string, string>>>;
};

export type Driver = Schemas["DriverView"];
export type DriverResults = Schemas["DriverResults"];
export type DriverAnalysis = Schemas["DriverAnalysis"];
export type DriverDefinition = Schemas["DriverDefinition"];
export type DriverQuestion = Schemas["DriverQuery"];
export type DriverProposal = Schemas["DriverProposal"];
export type DriverRemark = Schemas["DriverRemark"];

export type LoyaltyAnalysis = Schemas["LoyaltyAnalysis"];
export type LoyaltyDefinition = Schemas["LoyaltyDefinition"];
export type LoyaltyFinding = Schemas["LoyaltyFinding"];
export type LoyaltyGroup = Schemas["LoyaltyGroup"];
export type LoyaltyProposal = Schemas["LoyaltyProposal"];
export type LoyaltyRemark = Schemas["LoyaltyRemark"];
export type LoyaltyResults = Schemas["LoyaltyResults"];

export type Voice = Schemas["Voice"];
export type VoicePage = Schemas["VoicePage"];
export type VoiceQuestion = Schemas["VoiceQuestion"];
export type VoiceFacet = Schemas["VoiceFacet"];
export type TopicFigure = Schemas["TopicFigure"];
export type TopicTrial = Schemas["TopicTrial"];
export type TopicTree = Schemas["TopicTree"];
export type TopicStarter = Schemas["TopicStarter"];

export type TimelineEntry = Omit<Schemas["TimelineEntry"], "values"> & {
  values: Record<string, unknown>;
};

/**
 * Every address of the application. Screens never spell one themselves, so that
 * an address can move and none can be misspelt. `paths.test.ts` shows them all.
 */
const id = encodeURIComponent;

export const paths = {
  home: () => "/",
  signIn: () => "/sign-in",
  acceptInvitation: (token: string) => `/invitation/${id(token)}`,

  surveys: () => "/surveys",
  surveyBuild: (survey: string) => `/surveys/${id(survey)}/build`,
  surveyLinks: (survey: string) => `/surveys/${id(survey)}/links`,
  surveyResults: (survey: string) => `/surveys/${id(survey)}/results`,
  imports: () => "/imports",
  importFile: (file: string) => `/imports/${id(file)}`,

  // `/metrics` itself is what the server tells its monitoring.
  metrics: () => "/explore",
  drivers: () => "/drivers",
  driverAnalysis: (analysis: string) => `/drivers/${id(analysis)}`,
  loyalty: () => "/loyalty",
  loyaltyAnalysis: (analysis: string) => `/loyalty/${id(analysis)}`,
  topics: () => "/topics",
  voices: () => "/voices",
  customers: () => "/customers",
  customer: (customer: string) => `/customers/${id(customer)}`,

  touchpoints: () => "/touchpoints",
  offerings: () => "/offerings",
  stages: () => "/stages",

  settings: () => "/settings",
  units: () => "/settings/units",
  members: () => "/settings/members",
  attributes: () => "/settings/attributes",
  keys: () => "/settings/keys",
  audit: () => "/settings/audit",
  privacy: () => "/settings/privacy",
  erasure: (receipt: string) => `/settings/privacy/erasures/${id(receipt)}`,
  account: () => "/settings/account",
  about: () => "/settings/about",
} as const;

/** Where to go after sign-in: only ever inside the application. */
export function safeReturn(path: unknown): string {
  if (typeof path !== "string" || !path.startsWith("/") || path.startsWith("//")) return "/";
  if (path.includes("\\") || path.startsWith(paths.signIn())) return "/";
  return path;
}

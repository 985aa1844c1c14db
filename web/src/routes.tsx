/** Every route of the application, in one file. Screens are loaded when first opened. */
import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
  retainSearchParams,
} from "@tanstack/react-router";
import { asProblem } from "./api/problem";
import { paths, safeReturn } from "./paths";
import { sessionQuery } from "./session/session";
import { BrokenPage, NotFoundPage, UnreachablePage } from "./shell/FallbackPages";
import { type FilterSearch, parseFilterSearch } from "./shell/filter";
import { Shell } from "./shell/Shell";

interface RouterContext {
  queries: QueryClient;
}

const root = createRootRouteWithContext<RouterContext>()({
  component: Outlet,
  notFoundComponent: NotFoundPage,
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  validateSearch: (search: Record<string, unknown>): { return?: string } =>
    search.return === undefined ? {} : { return: safeReturn(search.return) },
  component: lazyRouteComponent(() => import("./session/SignInPage"), "SignInPage"),
});

const acceptInvitation = createRoute({
  getParentRoute: () => root,
  path: "/invitation/$token",
  component: lazyRouteComponent(
    () => import("./session/AcceptInvitationPage"),
    "AcceptInvitationPage",
  ),
});

const app = createRoute({
  getParentRoute: () => root,
  id: "app",
  // Screens read further parameters of their own; those pass through untouched.
  validateSearch: (search: Record<string, unknown>): FilterSearch & Record<string, unknown> => {
    const { period: _period, unit: _unit, ...own } = search;
    return { ...own, ...parseFilterSearch(search) };
  },
  search: { middlewares: [retainSearchParams(["period", "unit"])] },
  beforeLoad: async ({ context, location }) => {
    try {
      await context.queries.ensureQueryData({ ...sessionQuery, retry: false });
    } catch (error) {
      if (asProblem(error).status !== 401) throw error;
      const back = location.href;
      throw redirect({ to: paths.signIn(), search: back === "/" ? {} : { return: back } });
    }
  },
  component: Shell,
  errorComponent: UnreachablePage,
});

const home = createRoute({
  getParentRoute: () => app,
  path: "/",
  component: lazyRouteComponent(() => import("./home/HomePage"), "HomePage"),
});
const surveys = createRoute({
  getParentRoute: () => app,
  path: "/surveys",
  component: lazyRouteComponent(() => import("./surveys/SurveysPage"), "SurveysPage"),
});
const surveyBuild = createRoute({
  getParentRoute: () => app,
  path: "/surveys/$surveyId/build",
  component: lazyRouteComponent(() => import("./surveys/build/BuildPage"), "SurveyBuildPage"),
});
const surveyLinks = createRoute({
  getParentRoute: () => app,
  path: "/surveys/$surveyId/links",
  component: lazyRouteComponent(() => import("./surveys/links/LinksPage"), "SurveyLinksPage"),
});
const surveyResults = createRoute({
  getParentRoute: () => app,
  path: "/surveys/$surveyId/results",
  component: lazyRouteComponent(() => import("./surveys/results/ResultsPage"), "SurveyResultsPage"),
});
const imports = createRoute({
  getParentRoute: () => app,
  path: "/imports",
  component: lazyRouteComponent(() => import("./imports/ImportsPage"), "ImportsPage"),
});
const importFile = createRoute({
  getParentRoute: () => app,
  path: "/imports/$importId",
  component: lazyRouteComponent(() => import("./imports/ImportPage"), "ImportPage"),
});
const metrics = createRoute({
  getParentRoute: () => app,
  path: "/explore",
  component: lazyRouteComponent(() => import("./metrics/MetricsPage"), "MetricsPage"),
});
const drivers = createRoute({
  getParentRoute: () => app,
  path: "/drivers",
  component: lazyRouteComponent(() => import("./drivers/DriversPage"), "DriversPage"),
});
const loyalty = createRoute({
  getParentRoute: () => app,
  path: "/loyalty",
  component: lazyRouteComponent(() => import("./loyalty/LoyaltyPage"), "LoyaltyPage"),
});
const loyaltyAnalysis = createRoute({
  getParentRoute: () => app,
  path: "/loyalty/$loyaltyId",
  component: lazyRouteComponent(() => import("./loyalty/ValuePage"), "ValuePage"),
});
const driverAnalysis = createRoute({
  getParentRoute: () => app,
  path: "/drivers/$analysisId",
  component: lazyRouteComponent(() => import("./drivers/AnalysisPage"), "AnalysisPage"),
});
const topics = createRoute({
  getParentRoute: () => app,
  path: "/topics",
  component: lazyRouteComponent(() => import("./topics/TopicsPage"), "TopicsPage"),
});
const voices = createRoute({
  getParentRoute: () => app,
  path: "/voices",
  component: lazyRouteComponent(() => import("./voices/VoicesPage"), "VoicesPage"),
});
const customers = createRoute({
  getParentRoute: () => app,
  path: "/customers",
  component: lazyRouteComponent(() => import("./customers/CustomerListPage"), "CustomerListPage"),
});
const customer = createRoute({
  getParentRoute: () => app,
  path: "/customers/$customerId",
  component: lazyRouteComponent(() => import("./customers/CustomerPage"), "CustomerPage"),
});
const touchpoints = createRoute({
  getParentRoute: () => app,
  path: "/touchpoints",
  component: lazyRouteComponent(() => import("./touchpoints/TouchpointsPage"), "TouchpointsPage"),
});
const offerings = createRoute({
  getParentRoute: () => app,
  path: "/offerings",
  component: lazyRouteComponent(() => import("./touchpoints/OfferingsPage"), "OfferingsPage"),
});
const stages = createRoute({
  getParentRoute: () => app,
  path: "/stages",
  component: lazyRouteComponent(() => import("./touchpoints/StagesPage"), "StagesPage"),
});
const settings = createRoute({
  getParentRoute: () => app,
  path: "/settings",
  beforeLoad: () => {
    throw redirect({ to: paths.units() });
  },
});
const units = createRoute({
  getParentRoute: () => app,
  path: "/settings/units",
  component: lazyRouteComponent(() => import("./settings/units/UnitsPage"), "UnitsPage"),
});
const members = createRoute({
  getParentRoute: () => app,
  path: "/settings/members",
  component: lazyRouteComponent(() => import("./settings/MembersPage"), "MembersPage"),
});
const attributes = createRoute({
  getParentRoute: () => app,
  path: "/settings/attributes",
  component: lazyRouteComponent(
    () => import("./settings/attributes/AttributesPage"),
    "AttributesPage",
  ),
});

const keys = createRoute({
  getParentRoute: () => app,
  path: "/settings/keys",
  component: lazyRouteComponent(() => import("./settings/KeysPage"), "KeysPage"),
});
const audit = createRoute({
  getParentRoute: () => app,
  path: "/settings/audit",
  component: lazyRouteComponent(() => import("./settings/AuditPage"), "AuditPage"),
});
const privacy = createRoute({
  getParentRoute: () => app,
  path: "/settings/privacy",
  component: lazyRouteComponent(() => import("./settings/PrivacyPage"), "PrivacyPage"),
});
const erasure = createRoute({
  getParentRoute: () => app,
  path: "/settings/privacy/erasures/$erasureId",
  component: lazyRouteComponent(() => import("./settings/ErasurePage"), "ErasurePage"),
});
const account = createRoute({
  getParentRoute: () => app,
  path: "/settings/account",
  component: lazyRouteComponent(() => import("./session/AccountPage"), "AccountPage"),
});
const about = createRoute({
  getParentRoute: () => app,
  path: "/settings/about",
  component: lazyRouteComponent(() => import("./settings/AboutPage"), "AboutPage"),
});

const routeTree = root.addChildren([
  signIn,
  acceptInvitation,
  app.addChildren([
    home,
    surveys,
    surveyBuild,
    surveyLinks,
    surveyResults,
    imports,
    importFile,
    metrics,
    drivers,
    driverAnalysis,
    loyalty,
    loyaltyAnalysis,
    topics,
    voices,
    customers,
    customer,
    touchpoints,
    offerings,
    stages,
    settings,
    units,
    members,
    attributes,
    keys,
    audit,
    privacy,
    erasure,
    account,
    about,
  ]),
]);

export function makeRouter(queries: QueryClient) {
  return createRouter({
    routeTree,
    context: { queries },
    defaultPreload: "intent",
    defaultPreloadStaleTime: 0,
    defaultNotFoundComponent: NotFoundPage,
    defaultErrorComponent: BrokenPage,
    scrollRestoration: true,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}

/**
 * The rail: verbs in the order of the work, each with the pages that have content
 * now. A page with `needs` is listed only for members who hold the permission.
 */
import type { Icon } from "@tabler/icons-react";
import {
  IconBuildingStore,
  IconChartLine,
  IconEar,
  IconHome,
  IconSettings,
} from "@tabler/icons-react";
import type { Permission } from "../api/types";
import type { Catalogue } from "../i18n";
import { paths } from "../paths";

export type PageName = keyof Catalogue["shell"]["page"];
export type VerbName = keyof Catalogue["shell"]["verb"];

export interface PageEntry {
  name: PageName;
  path: string;
  needs?: Permission;
  /** True for pages whose content follows the global filter. */
  filtered?: boolean;
}

export interface Verb {
  name: VerbName;
  icon: Icon;
  pages: PageEntry[];
}

export const navigation: Verb[] = [
  {
    name: "home",
    icon: IconHome,
    pages: [{ name: "home", path: paths.home(), filtered: true }],
  },
  {
    name: "listen",
    icon: IconEar,
    pages: [
      { name: "surveys", path: paths.surveys(), needs: "read_results" },
      { name: "imports", path: paths.imports(), needs: "import_data" },
    ],
  },
  {
    name: "understand",
    icon: IconChartLine,
    pages: [
      { name: "metrics", path: paths.metrics(), needs: "read_results", filtered: true },
      { name: "drivers", path: paths.drivers(), needs: "read_results", filtered: true },
      { name: "loyalty", path: paths.loyalty(), needs: "read_results" },
      { name: "topics", path: paths.topics(), needs: "read_results", filtered: true },
      { name: "voices", path: paths.voices(), needs: "read_results", filtered: true },
      { name: "customers", path: paths.customers(), needs: "read_people" },
    ],
  },
  {
    name: "manage",
    icon: IconBuildingStore,
    pages: [
      { name: "touchpoints", path: paths.touchpoints() },
      { name: "offerings", path: paths.offerings() },
      { name: "stages", path: paths.stages() },
    ],
  },
  {
    name: "settings",
    icon: IconSettings,
    pages: [
      { name: "units", path: paths.units() },
      { name: "members", path: paths.members(), needs: "edit_members" },
      { name: "attributes", path: paths.attributes(), needs: "read_results" },
      { name: "keys", path: paths.keys(), needs: "edit_keys" },
      { name: "audit", path: paths.audit(), needs: "read_audit" },
      { name: "privacy", path: paths.privacy(), needs: "edit_organisation" },
      { name: "account", path: paths.account() },
      { name: "about", path: paths.about() },
    ],
  },
];

/** The verb and page an address belongs to; the longest matching path wins. */
export function placeOf(pathname: string): { verb: Verb; page: PageEntry } | null {
  let best: { verb: Verb; page: PageEntry } | null = null;
  for (const verb of navigation) {
    for (const page of verb.pages) {
      const matches =
        page.path === "/"
          ? pathname === "/"
          : pathname === page.path || pathname.startsWith(`${page.path}/`);
      if (matches && (!best || page.path.length > best.page.path.length)) best = { verb, page };
    }
  }
  return best;
}

/** The rail as a member with these permissions sees it; verbs without pages fall away. */
export function visibleNavigation(permissions: readonly Permission[]): Verb[] {
  return navigation
    .map((verb) => ({
      ...verb,
      pages: verb.pages.filter((page) => !page.needs || permissions.includes(page.needs)),
    }))
    .filter((verb) => verb.pages.length > 0);
}

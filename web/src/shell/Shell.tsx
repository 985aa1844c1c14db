import { useHotkeys, useLocalStorage, useMediaQuery } from "@mantine/hooks";
import { Outlet, useLocation, useRouterState } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { granted, useSession } from "../session/session";
import { useHeadingFocus } from "../ui/page/focus";
import { keepFocus } from "../ui/page/keepFocus";
import { BottomBar } from "./BottomBar";
import { CommandPalette } from "./CommandPalette";
import { placeOf, visibleNavigation } from "./navigation";
import { Rail } from "./Rail";
import classes from "./Shell.module.css";
import { TopBar } from "./TopBar";

/** The frame around every signed-in screen. */
export function Shell() {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  // The address changes before the screen does; the heading that is read out is the new one.
  const arrived = useRouterState({ select: (state) => state.resolvedLocation?.pathname });
  const [narrow, setNarrow] = useLocalStorage({ key: "koe.rail.narrow", defaultValue: false });
  const [paletteOpen, setPaletteOpen] = useState(false);
  const phone = useMediaQuery("(max-width: 767px)", undefined, { getInitialValueInEffect: false });
  useHotkeys([["mod+K", () => setPaletteOpen(true)]], []);
  useHeadingFocus(arrived ?? pathname);
  useEffect(() => keepFocus(document), []);

  const verbs = visibleNavigation(granted(useSession()));
  const place = placeOf(pathname);

  return (
    <div className={classes.shell} data-narrow={narrow || undefined}>
      <a href="#main" className={classes.skip}>
        {t("shell.skip")}
      </a>
      {!phone && (
        <Rail
          verbs={verbs}
          place={place}
          narrow={narrow}
          onToggle={() => setNarrow((current) => !current)}
        />
      )}
      <div className={classes.column}>
        <TopBar place={place} onSearch={() => setPaletteOpen(true)} />
        <main id="main" className={classes.main} tabIndex={-1}>
          <Outlet />
        </main>
      </div>
      {phone && <BottomBar verbs={verbs} place={place} />}
      <CommandPalette opened={paletteOpen} onClose={() => setPaletteOpen(false)} verbs={verbs} />
    </div>
  );
}

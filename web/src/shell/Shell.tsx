import { useHotkeys, useLocalStorage, useMediaQuery } from "@mantine/hooks";
import { Outlet, useLocation } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSession } from "../session/session";
import { BottomBar } from "./BottomBar";
import { CommandPalette } from "./CommandPalette";
import { placeOf, visibleNavigation } from "./navigation";
import { Rail } from "./Rail";
import classes from "./Shell.module.css";
import { TopBar } from "./TopBar";

/** The frame around every signed-in screen. */
export function Shell() {
  const { t } = useTranslation();
  const { permissions } = useSession();
  const { pathname } = useLocation();
  const [narrow, setNarrow] = useLocalStorage({ key: "koe.rail.narrow", defaultValue: false });
  const [paletteOpen, setPaletteOpen] = useState(false);
  const phone = useMediaQuery("(max-width: 767px)", undefined, { getInitialValueInEffect: false });
  useHotkeys([["mod+K", () => setPaletteOpen(true)]], []);
  useFocusOnArrival(pathname);

  const verbs = visibleNavigation(permissions);
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

/** After a move to another page the heading takes the focus, so that it is read out. */
function useFocusOnArrival(pathname: string) {
  const previous = useRef(pathname);
  useEffect(() => {
    if (previous.current === pathname) return;
    previous.current = pathname;
    const frame = requestAnimationFrame(() => {
      const target = document.getElementById("page-title") ?? document.getElementById("main");
      target?.focus({ preventScroll: true });
    });
    return () => cancelAnimationFrame(frame);
  }, [pathname]);
}

import { MantineProvider } from "@mantine/core";
import { render } from "@testing-library/react";
import i18next from "i18next";
import type { ReactElement } from "react";
import { I18nextProvider, initReactI18next } from "react-i18next";
import type { Language } from "../format/number";
import en from "../i18n/en/index";
import ja from "../i18n/ja/index";
import { theme, tokenVariables } from "../styles/theme";

/** Renders a component in one language inside the providers it needs. */
export async function renderIn(language: Language, element: ReactElement) {
  const i18n = i18next.createInstance();
  await i18n.use(initReactI18next).init({
    lng: language,
    fallbackLng: false,
    interpolation: { escapeValue: false },
    resources: { ja: { translation: ja }, en: { translation: en } },
  });
  return render(
    <I18nextProvider i18n={i18n}>
      <MantineProvider theme={theme} cssVariablesResolver={tokenVariables} env="test">
        {element}
      </MantineProvider>
    </I18nextProvider>,
  );
}

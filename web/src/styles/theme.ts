import {
  type ActionIconFactory,
  type AnchorFactory,
  type BadgeFactory,
  type ButtonFactory,
  type CardFactory,
  type CheckboxFactory,
  type CSSVariablesResolver,
  createTheme,
  type DrawerFactory,
  defaultVariantColorsResolver,
  type ExtendComponent,
  type FactoryPayload,
  type InputFactory,
  type InputWrapperFactory,
  type MantineColorsTuple,
  type MenuFactory,
  type ModalFactory,
  type PopoverFactory,
  rem,
  type SegmentedControlFactory,
  type SelectFactory,
  type SwitchFactory,
  type TableFactory,
  type TabsFactory,
} from "@mantine/core";

/**
 * Mantine wants ten shades of a colour; ours are roles, not shades. The tuple is
 * only a fallback for components that ask for one: the resolver below points
 * every role a component really reads at a token.
 */
const indigo: MantineColorsTuple = [
  "#e9f0f3",
  "#d3e1e8",
  "#a9c6d5",
  "#7dabc2",
  "#5b93b0",
  "#3a7c9f",
  "#2a6d91",
  "#165e83",
  "#0f4b6a",
  "#0a3850",
];

const ochreRed: MantineColorsTuple = [
  "#f8eae6",
  "#efd0c8",
  "#e3ad9f",
  "#d78a76",
  "#cb6c54",
  "#b95340",
  "#ad4634",
  "#a23b2a",
  "#842e20",
  "#662318",
];

/** Greys with the warmth of the paper; Mantine draws borders and hovers from them. */
const stone: MantineColorsTuple = [
  "#f9f7f0",
  "#f4f2ea",
  "#ece9e0",
  "#e6e3da",
  "#cfccc3",
  "#a8aba9",
  "#6b737c",
  "#57606a",
  "#31363c",
  "#1f2328",
];

const night: MantineColorsTuple = [
  "#e8e6df",
  "#c5c7c7",
  "#a9b1ba",
  "#8b939c",
  "#3a4048",
  "#2c3138",
  "#1d2025",
  "#16181c",
  "#121417",
  "#0d0f11",
];

/** The accent as a Mantine colour name. */
export const ACCENT = "indigo";
/** The colour of destructive acts and errors as a Mantine colour name. */
export const DANGER = "red";

const roleVariables = {
  "--mantine-color-body": "var(--paper)",
  "--mantine-color-text": "var(--ink)",
  "--mantine-color-dimmed": "var(--ink-2)",
  "--mantine-color-placeholder": "var(--ink-3)",
  "--mantine-color-anchor": "var(--accent)",
  "--mantine-color-error": "var(--bad)",
  "--mantine-color-default": "var(--card)",
  "--mantine-color-default-hover": "var(--sunken)",
  "--mantine-color-default-color": "var(--ink)",
  "--mantine-color-default-border": "var(--line)",
  "--mantine-color-disabled": "var(--sunken)",
  "--mantine-color-disabled-color": "var(--ink-3)",
  "--mantine-color-disabled-border": "var(--line)",
  "--mantine-primary-color-filled": "var(--accent)",
  "--mantine-primary-color-filled-hover": "var(--accent-strong)",
  "--mantine-primary-color-light": "var(--accent-wash)",
  "--mantine-primary-color-light-hover": "var(--accent-wash)",
  "--mantine-primary-color-light-color": "var(--accent)",
  "--mantine-primary-color-contrast": "var(--on-accent)",
  "--mantine-color-indigo-filled": "var(--accent)",
  "--mantine-color-indigo-filled-hover": "var(--accent-strong)",
  "--mantine-color-indigo-light": "var(--accent-wash)",
  "--mantine-color-indigo-light-hover": "var(--accent-wash)",
  "--mantine-color-indigo-light-color": "var(--accent)",
  "--mantine-color-indigo-outline": "var(--accent)",
  "--mantine-color-indigo-outline-hover": "var(--accent-wash)",
  "--mantine-color-indigo-text": "var(--accent)",
  "--mantine-color-gray-light-color": "var(--ink-2)",
  "--mantine-color-gray-light-hover": "var(--sunken)",
  "--mantine-color-red-filled": "var(--bad)",
  "--mantine-color-red-filled-hover": "var(--bad-strong)",
  "--mantine-color-red-light": "var(--bad-wash)",
  "--mantine-color-red-light-hover": "var(--bad-wash)",
  "--mantine-color-red-light-color": "var(--bad)",
  "--mantine-color-red-outline": "var(--bad)",
  "--mantine-color-red-outline-hover": "var(--bad-wash)",
  "--mantine-color-red-text": "var(--bad)",
};

/** Points every colour variable Mantine reads at one of our tokens. */
export const tokenVariables: CSSVariablesResolver = () => ({
  variables: { "--mantine-line-height": "var(--leading)" },
  light: roleVariables,
  dark: roleVariables,
});

/**
 * Settings of a component by its name. Its own `extend` would check the same, but
 * bring the component into the first load, whether a screen shows it or not.
 */
function settings<F extends FactoryPayload>(of: ExtendComponent<F>): ExtendComponent<F> {
  return of;
}

export const theme = createTheme({
  primaryColor: ACCENT,
  primaryShade: 7,
  colors: { indigo, red: ochreRed, gray: stone, dark: night },
  fontFamily: "var(--font-sans)",
  fontFamilyMonospace: "var(--font-mono)",
  fontSizes: { xs: rem(13), sm: rem(13), md: rem(15), lg: rem(18), xl: rem(24) },
  headings: {
    fontWeight: "600",
    sizes: {
      h1: { fontSize: rem(24), lineHeight: "1.35" },
      h2: { fontSize: rem(18), lineHeight: "1.4" },
      h3: { fontSize: rem(15), lineHeight: "1.5" },
    },
  },
  spacing: { xs: rem(8), sm: rem(12), md: rem(16), lg: rem(24), xl: rem(32) },
  defaultRadius: 6,
  cursorType: "pointer",
  respectReducedMotion: true,
  focusRing: "auto",
  variantColorResolver: (input) => {
    const resolved = defaultVariantColorsResolver(input);
    return input.variant === "filled" ? { ...resolved, color: "var(--on-accent)" } : resolved;
  },
  components: {
    ActionIcon: settings<ActionIconFactory>({ defaultProps: { variant: "subtle", color: "gray" } }),
    Anchor: settings<AnchorFactory>({ defaultProps: { underline: "hover" } }),
    Badge: settings<BadgeFactory>({
      defaultProps: { variant: "light", radius: "sm" },
      styles: { root: { textTransform: "none", fontWeight: 500, letterSpacing: 0 } },
    }),
    Button: settings<ButtonFactory>({ styles: { root: { fontWeight: 500 } } }),
    Card: settings<CardFactory>({
      defaultProps: { shadow: undefined, withBorder: true, padding: "lg" },
    }),
    Checkbox: settings<CheckboxFactory>({ defaultProps: { size: "sm" } }),
    // A dialog's header is no banner of the page.
    Drawer: settings<DrawerFactory>({
      defaultProps: { attributes: { header: { role: "presentation" } } },
    }),
    Input: settings<InputFactory>({ defaultProps: { size: "sm" } }),
    InputWrapper: settings<InputWrapperFactory>({
      defaultProps: { inputWrapperOrder: ["label", "input", "description", "error"] },
    }),
    Menu: settings<MenuFactory>({
      defaultProps: { shadow: "sm", transitionProps: { duration: 80 }, position: "bottom-end" },
    }),
    Modal: settings<ModalFactory>({
      defaultProps: {
        attributes: { header: { role: "presentation" } },
        centered: true,
        radius: 8,
        transitionProps: { duration: 100 },
        overlayProps: { color: "var(--shade)", backgroundOpacity: 1 },
      },
    }),
    Popover: settings<PopoverFactory>({
      defaultProps: { shadow: "sm", transitionProps: { duration: 80 } },
    }),
    SegmentedControl: settings<SegmentedControlFactory>({ classNames: { root: "segments" } }),
    Select: settings<SelectFactory>({
      defaultProps: { allowDeselect: false, checkIconPosition: "right" },
    }),
    Switch: settings<SwitchFactory>({ defaultProps: { size: "sm" } }),
    Table: settings<TableFactory>({
      defaultProps: { verticalSpacing: "xs", horizontalSpacing: "sm" },
    }),
    Tabs: settings<TabsFactory>({ defaultProps: { keepMounted: false } }),
  },
});

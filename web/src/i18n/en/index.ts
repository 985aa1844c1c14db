import builder from "./builder.json";
import common from "./common.json";
import customers from "./customers.json";
import drivers from "./drivers.json";
import home from "./home.json";
import imports from "./imports.json";
import links from "./links.json";
import loyalty from "./loyalty.json";
import metrics from "./metrics.json";
import session from "./session.json";
import settings from "./settings.json";
import shell from "./shell.json";
import surveys from "./surveys.json";
import topics from "./topics.json";
import touchpoints from "./touchpoints.json";
import voices from "./voices.json";

export default {
  ...common,
  builder,
  customers,
  drivers,
  loyalty,
  home,
  imports,
  links,
  metrics,
  session,
  settings,
  shell,
  surveys,
  topics,
  touchpoints,
  voices,
};

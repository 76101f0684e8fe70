// @ts-check
/** Makes pages that work by themselves a little quicker to work with. Nothing here is needed to do the work. */
import { keepCountsFresh } from "./live.js";
import { keepPresenceFresh } from "./presence.js";
import { offerKeys } from "./keys.js";
import { keepTimesFresh } from "./times.js";
import { guardForms } from "./forms.js";

keepTimesFresh(document);
keepCountsFresh(document);
keepPresenceFresh(document);
offerKeys(document);
guardForms(document);

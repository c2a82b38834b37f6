// Starts the islands. Every page does its main work without them.
import htmx from "htmx.org";
import { again, watchAgain } from "./again";
import { bulk } from "./bulk";
import { choices } from "./choices";
import { combobox } from "./combobox";
import { dates } from "./dates";
import { drafts, watchDrafts } from "./drafts";
import { fitting } from "./fitting";
import { forms, watchForms } from "./forms";
import { forgetPages } from "./kept";
import { lines } from "./lines";
import { list, watchListKeys } from "./list";
import { watchPalette } from "./palette";
import { passwords } from "./passwords";
import { watchPreferences } from "./preferences";
import { review, watchReviewKeys } from "./review";
import { signatures } from "./signature";
import { watchSwaps } from "./swap";

Object.assign(htmx.config, {
  allowEval: false,
  // A kept page would leave personal data in the tab's storage.
  historyCacheSize: 0,
  refreshOnHistoryMiss: true,
  selfRequestsOnly: true,
  // The content policy refuses a style element; the sheet has the rules.
  includeIndicatorStyles: false,
  responseHandling: [
    { code: "204", swap: false },
    { code: "[23]..", swap: true },
    { code: "422", swap: true },
    { code: "[45]..", swap: false, error: true },
  ],
});

function start(root: ParentNode): void {
  for (const island of [bulk, combobox, dates, drafts, fitting, forms, lines, list, passwords, review, signatures, again, choices]) island(root);
}

function once(): void {
  forgetPages();
  watchAgain();
  watchDrafts();
  watchForms();
  watchListKeys();
  watchPalette();
  watchPreferences();
  watchReviewKeys();
  watchSwaps(start);
  start(document);
}

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", once);
else once();

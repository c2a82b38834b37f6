// Forms: focus on what was said and on the error summary, Ctrl+Enter, no second submit, a warning before typed text is lost.
import { all, announce, fresh } from "./dom";

const dirty = new WeakSet<HTMLFormElement>();
/** A download answers without leaving the page; its buttons come back after this. */
const REST_MS = 6000;

export function forms(root: ParentNode): void {
  for (const form of fresh<HTMLFormElement>("form[data-guard]", root, "Guard")) {
    form.addEventListener("input", () => dirty.add(form));
    form.addEventListener("change", () => dirty.add(form));
  }
  // What the last act led to: read first, and Tab goes on from there. An address with a place in it has its own goal.
  const begins = root === document && document.querySelector("main [autofocus]") !== null;
  if (root === document && location.hash === "" && !begins) document.querySelector<HTMLElement>("[data-flash]")?.focus();
  if (begins) sayFlash();
  if (root === document && location.hash.startsWith("#alan-")) beginAt(location.hash.slice(1));
  const summary = root.querySelector<HTMLElement>("[data-error-summary]");
  if (root === document && !summary && document.title.startsWith("Hata: ")) focusRefusal();
  if (summary && !summary.dataset["focused"]) {
    summary.dataset["focused"] = "1";
    summary.focus();
    summary.addEventListener("click", (event) => {
      const link = (event.target as Element).closest<HTMLAnchorElement>('a[href^="#"]');
      const field = link && document.getElementById(link.hash.slice(1));
      if (!field) return;
      event.preventDefault();
      open(field);
      field.scrollIntoView({ block: "center" });
      field.focus({ preventScroll: true });
    });
  }
}

/** What is folded away cannot take the focus. */
function open(field: HTMLElement): void {
  const folded = field.closest("details");
  if (folded) folded.open = true;
}

/** A form opened to be filled at one place; what the last act led to is said without taking the focus. */
function beginAt(id: string): void {
  const field = document.getElementById(id);
  if (!field) return;
  open(field);
  // The head stays at the top while the page scrolls; in the middle the label is in sight, too.
  field.scrollIntoView({ block: "center" });
  field.focus({ preventScroll: true });
  sayFlash();
}

function sayFlash(): void {
  const said = document.querySelector<HTMLElement>("[data-flash]")?.innerText;
  if (said) announce(said);
}

/** A refused page without a summary: the first wrong field, else what was said. */
function focusRefusal(): void {
  const goal = document.querySelector<HTMLElement>('main [aria-invalid="true"], main .notice.is-error');
  if (goal?.matches(".notice")) goal.tabIndex = -1;
  goal?.focus();
}

function rest(form: HTMLFormElement, isResting: boolean): void {
  form.toggleAttribute("data-sent", isResting);
  const own = all<HTMLButtonElement>('button[type="submit"]').filter((button) => button.form === form);
  for (const button of own) button.setAttribute("aria-disabled", String(isResting));
}

export function watchForms(): void {
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (event.defaultPrevented || form.method !== "post") return;
    if (form.hasAttribute("data-sent")) {
      event.preventDefault();
      announce("Gönderiliyor, lütfen bekleyin");
      return;
    }
    dirty.delete(form);
    rest(form, true);
    setTimeout(() => rest(form, false), REST_MS);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    const form = (event.target as Element).closest("form");
    if (!form || form.method !== "post") return;
    event.preventDefault();
    const next = event.shiftKey ? form.querySelector<HTMLButtonElement>("button[data-next]") : null;
    form.requestSubmit(next ?? form.querySelector<HTMLButtonElement>('button.is-primary[type="submit"]'));
  });
  window.addEventListener("beforeunload", (event) => {
    if (all<HTMLFormElement>("form[data-guard]").some((form) => dirty.has(form))) event.preventDefault();
  });
  // A form sent in part stays on the page and may be sent again.
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = (event.target as Element).closest("form");
    if (form) rest(form, false);
  });
  // A page that comes back from the browser's memory has sent nothing yet.
  window.addEventListener("pageshow", () => all<HTMLFormElement>("form[data-sent]").forEach((form) => rest(form, false)));
}

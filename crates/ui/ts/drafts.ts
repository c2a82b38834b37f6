// What was typed survives a closed page or an expired session: kept in this tab only, offered again, never passwords.
import { all, fresh } from "./dom";

const PREFIX = "belde.taslak.";
const SENT = "belde.gonderilen";
const WHO = "belde.kim";
const WAIT_MS = 400;
const MOST_CHARACTERS = 100_000;

type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

function fields(form: HTMLFormElement): Field[] {
  return all<Field>("input, textarea, select", form).filter((field) => field.name !== "" && !["password", "file", "hidden", "submit"].includes(field.type));
}

/** Name and position make a key, so that two radio buttons of one name stay apart. */
function values(form: HTMLFormElement): string {
  return JSON.stringify(
    fields(form).map((field) => [field.name, field instanceof HTMLInputElement && /^(checkbox|radio)$/.test(field.type) ? field.checked : field.value]),
  );
}

function restore(form: HTMLFormElement, kept: string): void {
  const found = JSON.parse(kept) as [string, string | boolean][];
  fields(form).forEach((field, index) => {
    const [name, value] = found[index] ?? ["", ""];
    if (name !== field.name) return;
    if (typeof value === "boolean") (field as HTMLInputElement).checked = value;
    else field.value = value;
  });
  form.dispatchEvent(new Event("input", { bubbles: true }));
}

function offer(form: HTMLFormElement, key: string, kept: string): void {
  const note = document.createElement("div");
  note.className = "draft-note";
  note.setAttribute("role", "status");
  const text = document.createElement("span");
  text.textContent = "Bu formda göndermediğiniz yazılar duruyor.";
  note.append(text);
  const buttons: [string, () => void][] = [
    ["Geri getir", () => restore(form, kept)],
    ["Sil", () => sessionStorage.removeItem(key)],
  ];
  for (const [label, act] of buttons) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn";
    button.textContent = label;
    button.addEventListener("click", () => {
      act();
      note.remove();
      fields(form)[0]?.focus();
    });
    note.append(button);
  }
  form.prepend(note);
}

export function drafts(root: ParentNode): void {
  forgetOthers();
  for (const form of fresh<HTMLFormElement>("form[data-draft]", root, "Draft")) {
    const key = PREFIX + (form.dataset["draft"] ?? "");
    const kept = sessionStorage.getItem(key);
    const isRefused = document.querySelector("[data-error-summary]") !== null;
    if (kept && !isRefused && kept !== values(form)) offer(form, key, kept);
    let timer = 0;
    form.addEventListener("input", () => {
      clearTimeout(timer);
      timer = window.setTimeout(() => {
        const now = values(form);
        if (now.length <= MOST_CHARACTERS) sessionStorage.setItem(key, now);
      }, WAIT_MS);
    });
    form.addEventListener("submit", () => {
      clearTimeout(timer);
      sessionStorage.setItem(key, values(form));
      sessionStorage.setItem(SENT, key);
    });
  }
}

/** What somebody left in this tab is not offered to the next person who signs in here. */
function forgetOthers(): void {
  const who = document.body.dataset["who"];
  if (!who) return;
  if ((sessionStorage.getItem(WHO) ?? who) !== who) clear();
  sessionStorage.setItem(WHO, who);
}

function clear(): void {
  for (const key of Object.keys(sessionStorage)) if (key.startsWith("belde.")) sessionStorage.removeItem(key);
}

export function watchDrafts(): void {
  // A draft that was sent is dropped when the next page of the product appears without its form. The log-in page
  // after an expired session is not that page, so the text is still there afterwards.
  const sent = sessionStorage.getItem(SENT);
  if (sent && document.body.classList.contains("app")) {
    sessionStorage.removeItem(SENT);
    // The same form again under good news is the next one of a row, not the one that was sent.
    const isNext = document.querySelector("[data-flash] .is-success") !== null;
    const isBack = !isNext && all<HTMLFormElement>("form[data-draft]").some((form) => PREFIX + form.dataset["draft"] === sent);
    if (!isBack || sent.startsWith(`${PREFIX}yorum`)) sessionStorage.removeItem(sent);
  }
  document.addEventListener("submit", (event) => {
    if (!(event.target as HTMLFormElement).hasAttribute("data-clears-drafts")) return;
    clear();
  });
}

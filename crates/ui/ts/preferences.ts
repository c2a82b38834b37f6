// Theme, density and shortcuts change at once, without leaving a page that may hold typed text.
import { all, announce } from "./dom";

const THEMES: Record<string, string> = { otomatik: "auto", acik: "light", koyu: "dark", karsit: "contrast" };

function apply(name: string, value: string): void {
  const root = document.documentElement;
  if (name === "tema") root.dataset["theme"] = THEMES[value] ?? "auto";
  else if (name === "yogunluk") root.dataset["density"] = value === "sik" ? "compact" : "normal";
  else if (name === "kisayol") document.body.dataset["shortcuts"] = value === "acik" ? "on" : "off";
}

export function watchPreferences(): void {
  const form = document.querySelector<HTMLFormElement>("form[data-preferences]");
  form?.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (!(button instanceof HTMLButtonElement)) return;
    event.preventDefault();
    const body = new URLSearchParams();
    for (const [name, value] of new FormData(form, button)) if (typeof value === "string") body.append(name, value);
    apply(button.name, button.value);
    for (const other of all<HTMLButtonElement>(`button[name="${button.name}"]`, form)) {
      other.setAttribute("aria-pressed", String(other === button));
    }
    fetch(form.action, { method: "POST", body, headers: { "HX-Request": "true" } })
      .then((answer) => announce(answer.ok ? "Tercihiniz kaydedildi" : "Tercihiniz kaydedilemedi"))
      .catch(() => announce("Tercihiniz kaydedilemedi"));
  });
}

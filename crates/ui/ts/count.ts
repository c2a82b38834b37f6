// Counts with a telephone: reads labels by the camera, keeps what was read until the server has it. A cellar has no network; what was
// read there waits in the telephone's store under the count's own key and is sent when the network is back. The page itself is kept, too.
import decodeQR from "qr/decode.js";
import { keepPage } from "./kept";

/** Microseconds since 1970, room, code. */
type Reading = { at: number; place: string; code: string };
type Answer = { code: string; text: string; result: string };

/** The same label before the camera is one reading. */
const againAfterMs = 4_000;
/** Between two looks at the picture; a telephone of 2018 reads one in about 60 ms. */
const lookEveryMs = 150;
const atOnce = 100;
const shown = 30;

const box = document.querySelector<HTMLElement>("[data-count]");
if (box) count(box);

function count(box: HTMLElement): void {
  const form = box.querySelector("form")!;
  const code = form.querySelector<HTMLInputElement>('input[name="kod"]')!;
  const place = form.querySelector<HTMLInputElement>('input[name="oda"]')!;
  const waiting = box.querySelector<HTMLElement>("[data-count-waiting]")!;
  const list = box.querySelector<HTMLElement>("[data-count-read]")!;
  const lead = box.querySelector<HTMLElement>(".lead")!;
  const key = `sayim-${box.dataset["count"]}`;
  let queue = load(key);
  let isSending = false;

  const keep = (): void => {
    if (queue.length) localStorage.setItem(key, JSON.stringify(queue));
    else localStorage.removeItem(key);
    waiting.hidden = !queue.length;
  };
  const tell = (text: string, mark: string): void => {
    const line = document.createElement("li");
    line.textContent = text;
    if (mark) line.className = mark;
    list.prepend(line);
    while (list.children.length > shown) list.lastElementChild?.remove();
  };
  const read = (text: string): void => {
    queue.push({ at: Date.now() * 1000, place: place.value.trim(), code: text });
    keep();
    void send();
  };

  const send = async (): Promise<void> => {
    if (isSending || !queue.length) return;
    isSending = true;
    const part = queue.slice(0, atOnce);
    const body = new URLSearchParams({ csrf: form.querySelector<HTMLInputElement>('input[name="csrf"]')!.value });
    for (const one of part) body.append("okuma", `${one.at}\t${one.place}\t${one.code}`);
    let why = "";
    try {
      const answer = await fetch(form.action, { method: "POST", body, headers: { "HX-Request": "true" } });
      const isOurs = answer.headers.get("content-type")?.includes("json") ?? false;
      if (answer.ok && isOurs && !answer.redirected) {
        const told = (await answer.json()) as { answers: Answer[]; lead: string };
        // What was read meanwhile stands behind.
        queue = queue.slice(part.length);
        lead.textContent = told.lead;
        for (const one of told.answers) tell(one.text, one.result === "found" ? "is-found" : "is-wrong");
      } else if (answer.status === 401 || answer.redirected) {
        why = "Oturumunuz bitmiş; yeni bir sekmede giriş yapın.";
      } else if (answer.status === 409) {
        why = "Bu sayım kapanmış; sayım sorumlusuna gösterin.";
      } else {
        why = "Sunucu kabul etmedi; birazdan yeniden denenecek.";
      }
    } catch {
      why = "Ağ yok; ağa girince gönderilecek.";
    }
    isSending = false;
    keep();
    waiting.textContent = queue.length ? `${queue.length} okuma telefonda bekliyor. ${why}` : "";
    if (queue.length && !why) void send();
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = code.value.trim();
    if (text) read(text);
    code.value = "";
    code.focus();
  });
  addEventListener("online", () => void send());
  setInterval(() => void send(), 15_000);
  keep();
  void send();
  void keepPage();
  camera(box, (text) => {
    read(text);
    navigator.vibrate?.(60);
  });
}

function load(key: string): Reading[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(key) ?? "[]");
    return Array.isArray(kept) ? (kept as Reading[]) : [];
  } catch {
    return [];
  }
}

function camera(box: HTMLElement, found: (text: string) => void): void {
  const start = box.querySelector<HTMLButtonElement>("[data-count-start]")!;
  const place = box.querySelector<HTMLElement>("[data-count-camera]")!;
  const hint = box.querySelector<HTMLElement>("[data-count-hint]")!;
  const video = box.querySelector<HTMLVideoElement>("[data-count-video]")!;
  // Browsers give the camera to encrypted pages only.
  if (!navigator.mediaDevices?.getUserMedia) return;
  start.hidden = false;
  let stream: MediaStream | null = null;
  start.addEventListener("click", async () => {
    if (stream) {
      for (const track of stream.getTracks()) track.stop();
      stream = null;
      place.hidden = true;
      start.textContent = "Kamerayla okut";
      return;
    }
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1280 } } });
    } catch {
      place.hidden = false;
      hint.textContent = "Kamera açılamadı. Tarayıcının kamera iznine bakın ya da numarayı elle yazın.";
      return;
    }
    video.srcObject = stream;
    place.hidden = false;
    start.textContent = "Kamerayı kapat";
    await video.play();
    look(video, () => stream !== null, found);
  });
}

/** Looks at the picture again and again until the camera is closed. */
function look(video: HTMLVideoElement, isOpen: () => boolean, found: (text: string) => void): void {
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { willReadFrequently: true });
  let last = "";
  let lastAt = 0;
  const once = (): void => {
    if (!isOpen() || !context) return;
    const text = video.videoWidth ? label(video, canvas, context) : null;
    if (text && (text !== last || Date.now() - lastAt > againAfterMs)) found(text);
    if (text) [last, lastAt] = [text, Date.now()];
    setTimeout(once, lookEveryMs);
  };
  once();
}

function label(video: HTMLVideoElement, canvas: HTMLCanvasElement, context: CanvasRenderingContext2D): string | null {
  [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
  context.drawImage(video, 0, 0);
  const { width, height, data } = context.getImageData(0, 0, canvas.width, canvas.height);
  try {
    return decodeQR({ width, height, data }) || null;
  } catch {
    return null;
  }
}

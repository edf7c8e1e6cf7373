// Players for live streams, and a page that stays true while it is open.
//
// Each article of the page is one mount. Its state is in data-state: "stopped",
// "connecting" (also between two attempts) or "playing".

const POLL_MS = 5_000;
const STALL_MS = 10_000; // without progress for so long: the connection is dead
const RETRY_MS = [1_000, 2_000, 4_000, 8_000, 15_000, 30_000];
const PROVEN_S = 10; // after so much sound the next trouble starts from the shortest retry

const players = new Map(); // article -> Player

class Player {
  constructor(article) {
    this.article = article;
    this.audio = article.querySelector("audio");
    this.button = article.querySelector(".play");
    this.slider = article.querySelector(".volume input");
    this.url = this.audio.src;
    this.wanted = false;
    this.gone = false; // off air while someone still waits for it
    this.attempt = 0;
    this.timer = 0;
    this.lastTime = 0;
    this.lastProgress = 0;

    this.audio.controls = false;
    this.audio.hidden = true;
    this.button.hidden = false;
    this.slider.parentElement.hidden = false;
    this.disconnect();
    this.setVolume(storedVolume());

    this.button.addEventListener("click", () => (this.wanted ? this.stop() : this.play()));
    this.slider.addEventListener("input", () => storeVolume(Number(this.slider.value)));
    this.audio.addEventListener("playing", () => this.wanted && this.show("playing", "Playing"));
    this.audio.addEventListener("waiting", () => this.wanted && this.show("connecting", "Buffering…"));
    this.audio.addEventListener("ended", () => this.retry());
    this.audio.addEventListener("error", () => this.retry());
    // Headphones unplugged, a phone call: a live stream that waits would play the past.
    this.audio.addEventListener("pause", () => {
      const ours = !this.audio.hasAttribute("src") || this.audio.ended || !this.audio.paused;
      if (this.wanted && !ours) this.stop();
    });
  }

  play() {
    for (const other of players.values()) if (other !== this && other.wanted) other.stop();
    this.wanted = true;
    this.attempt = 0;
    this.connect();
  }

  stop(message = "") {
    this.wanted = false;
    clearTimeout(this.timer);
    this.disconnect();
    this.show("stopped", message);
    if (this.gone) poll();
  }

  connect() {
    clearTimeout(this.timer);
    this.show("connecting", "Connecting…");
    this.lastTime = 0;
    this.lastProgress = performance.now();
    this.audio.src = this.url;
    this.audio.play().catch((error) => {
      if (error.name === "NotAllowedError") this.stop("The browser wants you to press Play again.");
    });
    this.timer = setTimeout(() => this.watch(), 1_000);
    announce(this);
  }

  // Without a source the element drops its connection; paused, it would keep it.
  disconnect() {
    this.audio.pause();
    this.audio.removeAttribute("src");
    this.audio.load();
  }

  watch() {
    const now = performance.now();
    if (this.audio.currentTime !== this.lastTime) {
      this.lastTime = this.audio.currentTime;
      this.lastProgress = now;
      if (this.lastTime > PROVEN_S) this.attempt = 0;
    }
    if (now - this.lastProgress > STALL_MS) this.retry();
    else this.timer = setTimeout(() => this.watch(), 1_000);
  }

  retry() {
    if (!this.wanted || !this.audio.hasAttribute("src")) return;
    clearTimeout(this.timer);
    this.disconnect();
    const wait = RETRY_MS[Math.min(this.attempt, RETRY_MS.length - 1)];
    this.attempt += 1;
    this.show("connecting", this.gone ? "Off air; waiting for its return…" : "Reconnecting…");
    // Spread out: a thousand listeners lost together must not come back together.
    this.timer = setTimeout(() => this.connect(), wait * (0.75 + Math.random() / 2));
  }

  show(state, message) {
    this.article.dataset.state = state;
    setText(this.article, ".state", message);
    setText(this.article, ".label", this.wanted ? "Stop" : "Play");
    if (navigator.mediaSession) {
      navigator.mediaSession.playbackState = this.wanted ? "playing" : "none";
    }
  }

  setVolume(percent) {
    this.slider.value = percent;
    this.audio.volume = percent / 100;
  }
}

function storedVolume() {
  try {
    const percent = Number(localStorage.getItem("volume") ?? 100);
    return percent >= 0 && percent <= 100 ? percent : 100;
  } catch {
    return 100; // storage is forbidden here
  }
}

function storeVolume(percent) {
  for (const player of players.values()) player.setVolume(percent);
  try {
    localStorage.setItem("volume", percent);
  } catch {
    // then it lasts as long as the page
  }
}

function setText(article, selector, text) {
  const element = article.querySelector(selector);
  if (element.textContent !== text) element.textContent = text; // screen readers hear each change
}

// What is playing, for the lock screen and the keyboard's media keys.
function announce(player) {
  if (!navigator.mediaSession || !player.wanted) return;
  const text = (selector) => player.article.querySelector(selector).textContent;
  navigator.mediaSession.metadata = new MediaMetadata({
    title: text(".title") || text("h2"),
    artist: text("h2"),
  });
  navigator.mediaSession.setActionHandler("play", () => player.wanted || player.play());
  for (const action of ["pause", "stop"]) {
    navigator.mediaSession.setActionHandler(action, () => player.stop());
  }
}

// --- What is on air ---------------------------------------------------------

const mounts = document.querySelector(".mounts");
let pollTimer = 0;
let polling = false;

const pathOf = (url) => new URL(url, location.href).pathname;
const keyOf = (article) => pathOf(article.querySelector(".stream").href);
const articles = () => [...mounts.querySelectorAll("article")];

function enhance(article) {
  players.set(article, new Player(article));
}

async function load(path) {
  // Not relative to the page's address: if that has a password in it, nothing would be fetched.
  const url = new URL(path, location.origin);
  const response = await fetch(url, { cache: "no-store", signal: AbortSignal.timeout(POLL_MS * 2) });
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return response;
}

async function poll() {
  if (polling || document.hidden) return;
  polling = true;
  clearTimeout(pollTimer);
  let trouble = true;
  try {
    const { icestats } = await (await load("/status-json.xsl")).json();
    const sources = [icestats.source ?? []].flat();
    await show(new Map(sources.map((source) => [pathOf(source.listenurl), source])));
    trouble = false;
  } catch (error) {
    console.info(error);
  }
  document.querySelector(".trouble").hidden = !trouble;
  polling = false;
  pollTimer = setTimeout(poll, POLL_MS);
}

async function show(sources) {
  const known = new Map(articles().map((article) => [keyOf(article), article]));
  const isNews = ([path, source]) =>
    Number(known.get(path)?.dataset.since) !== Date.parse(source.stream_start) / 1_000;
  if ([...sources].some(isNews)) await takeFromFreshPage();
  for (const article of articles()) {
    const source = sources.get(keyOf(article));
    if (source) update(article, source);
    else leave(article);
  }
  document.querySelector(".off-air").hidden = articles().length > 0;
}

// A mount that is new, or has a new source with another name: take it from the page as the
// server writes it now. A player that exists stays, with its connection.
async function takeFromFreshPage() {
  const page = new DOMParser().parseFromString(await (await load("/")).text(), "text/html");
  const known = new Map(articles().map((article) => [keyOf(article), article]));
  for (const fresh of page.querySelectorAll(".mounts > article")) {
    const path = keyOf(fresh);
    const article = known.get(path);
    if (article) {
      article.dataset.since = fresh.dataset.since;
      for (const part of [".about", ".facts"]) {
        article.querySelector(part).replaceWith(document.adoptNode(fresh.querySelector(part)));
      }
    } else {
      const next = articles().find((other) => keyOf(other) > path) ?? null;
      mounts.insertBefore(document.adoptNode(fresh), next);
      enhance(fresh);
    }
  }
}

function update(article, source) {
  const title = [source.artist, source.title].filter((part) => part !== undefined).join(" - ");
  setText(article, ".title", title);
  setText(article, ".listeners", `${source.listeners} listener${source.listeners === 1 ? "" : "s"}`);
  const player = players.get(article);
  if (player.gone) {
    player.gone = false;
    if (player.wanted && !player.audio.hasAttribute("src")) player.connect();
  }
  announce(player);
}

function leave(article) {
  const player = players.get(article);
  player.gone = true;
  if (player.wanted) return; // the source may be back in a moment
  players.delete(article);
  article.remove();
}

for (const article of articles()) enhance(article);
document.addEventListener("visibilitychange", poll);
addEventListener("online", () => {
  for (const player of players.values()) {
    if (player.wanted && !player.audio.hasAttribute("src")) player.connect();
  }
  poll();
});
poll();

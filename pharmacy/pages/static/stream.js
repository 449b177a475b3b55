// Live updates by server-sent events. `handlers` takes an event by its name, `onReturn` runs when a lost connection is
// back or was refused: the moment to catch up and to learn why. Gives back a function that ends it all.
import { byId } from "./page.js";

const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 15_000; // milliseconds

export function follow(url, { handlers, onReturn, onState }) {
  let source;
  let timer;
  let wait = FIRST_WAIT;
  let stopped = false;
  let lost = false; // something may have been missed

  function connect() {
    pause();
    source = new EventSource(`${url()}${url().includes("?") ? "&" : "?"}build=${document.documentElement.dataset.build}`);
    source.addEventListener("renewed", () => (byId("renewed").hidden = false));
    source.addEventListener("open", () => {
      wait = FIRST_WAIT;
      onState(true);
      if (lost) onReturn();
      lost = false;
    });
    source.addEventListener("error", () => {
      if (stopped) return;
      lost = true;
      onState(false);
      if (source.readyState !== EventSource.CLOSED) return; // the browser tries again by itself
      onReturn(); // it was answered with an error: the session may have ended
      timer = setTimeout(connect, wait);
      wait = Math.min(2 * wait, LONGEST_WAIT);
    });
    for (const [name, handle] of Object.entries(handlers)) source.addEventListener(name, ({ data }) => handle(JSON.parse(data)));
  }

  function pause() {
    clearTimeout(timer);
    source?.close();
  }

  function stop() {
    stopped = true;
    pause();
  }

  // A browser keeps few connections to one server: a page that nobody sees does without.
  function whileSeen() {
    if (stopped) return;
    if (document.visibilityState === "visible") {
      connect();
    } else {
      pause();
      lost = true;
    }
  }

  whileSeen();
  document.addEventListener("visibilitychange", whileSeen);
  addEventListener("pagehide", stop, { once: true });
  return stop;
}

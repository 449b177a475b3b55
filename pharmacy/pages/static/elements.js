// Elements and words: what pages are made of.
import { texts } from "./texts.js";

const locale = document.documentElement.lang;

export const byId = (id) => document.getElementById(id);

// The words of a key; `{name}` is filled from `names`.
export function t(key, names = {}) {
  const words = texts[key];
  if (words === undefined) throw new Error(`no text ${key}`);
  return words.replace(/\{(\w+)\}/g, (_, name) => names[name]);
}

// The words of a key when the catalogue has it, else the value itself: the server may know more states than we do.
export const tOr = (key, value) => texts[key] ?? value;

// Several things in one line.
export const listed = (words) => words.join(locale === "en" ? ", " : "、");

export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child != null && child !== false));
  return element;
}

// Sets text only when it differs: no work for the browser, nothing announced twice.
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

const clockTime = new Intl.DateTimeFormat(locale, { timeZone: "Asia/Tokyo", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const dayAndTime = new Intl.DateTimeFormat(locale, {
  timeZone: "Asia/Tokyo", month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23",
});
// Swedish writes 2026-01-31.
const day = new Intl.DateTimeFormat("sv", { timeZone: "Asia/Tokyo" });

export const todayInJapan = () => day.format(new Date());

export const dayInJapan = (instant) => day.format(new Date(instant));

export function timeElement(instant) {
  const date = new Date(instant);
  const today = day.format(date) === todayInJapan();
  return el("time", { datetime: instant }, (today ? clockTime : dayAndTime).format(date));
}

// An API problem in words; without a problem the place is emptied.
export function showProblem(place, problem) {
  if (!problem) {
    place.replaceChildren();
    return;
  }
  const alert = el("div", { role: "alert", "aria-label": t("error"), class: "alert" });
  place.replaceChildren(alert); // first the empty alert, then its words: so that they are announced
  alert.append(el("strong", {}, problem.message));
}

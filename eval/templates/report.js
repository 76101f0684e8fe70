"use strict";
const questions = [...document.querySelectorAll("details.q")];
const filters = document.getElementById("filters");
const count = document.getElementById("count");
const texts = new Map();

function textOf(question) {
  if (!texts.has(question)) texts.set(question, question.textContent.toLowerCase());
  return texts.get(question);
}

function matches(question, wanted) {
  const data = question.dataset;
  const has = (list, value) => !value || list.split(" ").includes(value);
  const score = wanted.measure ? JSON.parse(data.values)[wanted.measure] : undefined;
  const inRange = !wanted.measure || (score !== undefined && score >= wanted.low && score <= wanted.high);
  return (!wanted.change || data.change === wanted.change)
    && (!wanted.kind || data.kind === wanted.kind)
    && has(data.codes, wanted.code)
    && has(data.documents, wanted.document)
    && inRange
    && Number(data.latency) >= wanted.latency
    && (!wanted.text || textOf(question).includes(wanted.text));
}

function read() {
  const value = (name) => filters.elements[name].value.trim();
  return {
    change: value("change"), kind: value("kind"), code: value("code"), document: value("document"), measure: value("measure"),
    low: Number(value("low") || 0) / 100, high: Number(value("high") || 100) / 100,
    latency: Number(value("latency") || 0), text: value("text").toLowerCase(),
  };
}

function apply() {
  const wanted = read();
  let shown = 0;
  for (const question of questions) {
    question.hidden = !matches(question, wanted);
    if (!question.hidden) shown += 1;
  }
  count.textContent = `${shown} of ${questions.length} questions shown`;
}

function openTarget() {
  const target = location.hash.startsWith("#q-") ? document.getElementById(decodeURIComponent(location.hash.slice(1))) : null;
  if (!target) return;
  target.hidden = false;
  target.open = true;
  target.scrollIntoView();
}

if (filters) {
  filters.hidden = false;
  filters.addEventListener("input", apply);
  filters.addEventListener("submit", (event) => event.preventDefault());
  filters.addEventListener("reset", () => setTimeout(apply, 0));
  apply();
}
let closed = [];
addEventListener("beforeprint", () => {
  closed = [...document.querySelectorAll("details:not([open])")]
    .filter((each) => !each.hidden && (!each.classList.contains("q") || each.dataset.change === "regression"));
  for (const each of closed) each.open = true;
});
addEventListener("afterprint", () => { for (const each of closed) each.open = false; });
addEventListener("hashchange", openTarget);
openTarget();

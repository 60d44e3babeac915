"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const STEP = 100;
  const byId = (id) => document.getElementById(id);
  const list = byId("list");
  const query = byId("query");
  const ruleChoice = byId("rule");
  const componentChoice = byId("component");
  const chips = [...document.querySelectorAll(".chip")];
  let path = "";
  let limit = STEP;
  const haystacks = data.findings.map((finding) =>
    [finding.path, finding.rule, finding.name, finding.message, finding.symbol].join("\n").toLowerCase());

  const make = (tag, className, ...children) => {
    const element = document.createElement(tag);
    if (className) element.className = className;
    element.append(...children);
    return element;
  };

  // Text is only ever added as text nodes: nothing in a finding can become markup.
  const prose = (text) => text.split(/`([^`]+)`/).map((piece, index) => (index % 2 ? make("code", "", piece) : piece));

  const excerpt = (lines) => {
    const block = make("pre", "");
    block.tabIndex = 0;
    lines.forEach(([number, before, marked, after], index) => {
      if (index) block.append("\n");
      block.append(make("span", "n", number ? String(number) : "..."), before);
      if (marked) block.append(make("mark", "", marked));
      block.append(after);
    });
    return block;
  };

  const describe = (finding) => {
    const notes = make("dl", "");
    const add = (term, ...children) => notes.append(make("dt", "", term), make("dd", "", ...children));
    for (const item of finding.related) add("see", make("code", "", `${item.path}:${item.line}`), " ", ...prose(item.message));
    const rule = data.rules[finding.rule];
    if (rule && rule.why) add("why", ...prose(rule.why));
    if (finding.fix) add("fix", ...prose(finding.fix));
    if (finding.status !== "new") add(finding.status, finding.justification || "no reason given");
    return notes.children.length ? [notes] : [];
  };

  const draw = (finding) => {
    const head = make("div", "head", make("span", `dot ${finding.severity}`), make("span", "", finding.severity),
      make("b", "", finding.rule), make("span", "", finding.name));
    if (finding.status !== "new") head.append(make("span", "badge", finding.status));
    head.append(make("span", "at", `${finding.line}:${finding.column}`));
    const item = make("li", `finding ${finding.severity}`, head, make("p", "message", ...prose(finding.message)));
    if (finding.excerpt.length) item.append(excerpt(finding.excerpt));
    item.append(...describe(finding));
    return item;
  };

  const select = () => {
    const words = query.value.toLowerCase().split(/\s+/).filter(Boolean);
    const severities = new Set(chips.filter((chip) => chip.ariaPressed === "true").map((chip) => chip.dataset.severity));
    return data.findings.filter((finding, index) =>
      severities.has(finding.severity)
      && (!ruleChoice.value || finding.rule === ruleChoice.value)
      && (!componentChoice.value || finding.component === componentChoice.value)
      && (!path || finding.path === path)
      && words.every((word) => haystacks[index].includes(word)));
  };

  const update = () => {
    const found = select();
    const shown = found.slice(0, limit);
    const groups = [];
    let items = null;
    let last = null;
    for (const finding of shown) {
      if (finding.path !== last) {
        last = finding.path;
        const total = found.reduce((count, other) => count + (other.path === last), 0);
        items = make("ol", "");
        groups.push(make("section", "file", make("h3", "", last, make("span", "", `  ${total}`)), items));
      }
      items.append(draw(finding));
    }
    list.replaceChildren(...(groups.length ? groups : [make("p", "empty", data.findings.length
      ? "No finding matches these filters." : "There are no findings to show.")]));
    byId("count").textContent = found.length === data.findings.length
      ? `${found.length.toLocaleString("en")} in all` : `${found.length.toLocaleString("en")} of ${data.findings.length.toLocaleString("en")}`;
    const rest = found.length - shown.length;
    byId("more").hidden = rest === 0;
    byId("more").textContent = `Show ${Math.min(rest, STEP).toLocaleString("en")} more of ${rest.toLocaleString("en")}`;
    byId("path").hidden = !path;
    byId("path").textContent = `only ${path}  \u00d7`;
    byId("clear").hidden = found.length === data.findings.length;
  };

  const restart = () => { limit = STEP; update(); };
  const clear = () => {
    query.value = ruleChoice.value = componentChoice.value = path = "";
    chips.forEach((chip) => { chip.ariaPressed = "true"; });
    restart();
  };

  query.addEventListener("input", restart);
  ruleChoice.addEventListener("change", restart);
  componentChoice.addEventListener("change", restart);
  byId("clear").addEventListener("click", clear);
  byId("path").addEventListener("click", () => { path = ""; restart(); });
  byId("more").addEventListener("click", () => { limit += STEP; update(); });
  chips.forEach((chip) => chip.addEventListener("click", () => {
    chip.ariaPressed = chip.ariaPressed === "true" ? "false" : "true";
    restart();
  }));
  document.querySelectorAll("[data-pick]").forEach((element) => element.addEventListener("click", (event) => {
    event.preventDefault();
    clear();
    if (element.dataset.pick === "rule") ruleChoice.value = element.dataset.value;
    else if (element.dataset.pick === "component") componentChoice.value = element.dataset.value;
    else path = element.dataset.value;
    restart();
    byId("findings").scrollIntoView();
  }));
  byId("theme").hidden = false;
  byId("theme").addEventListener("click", () => {
    const root = document.documentElement;
    const isDark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = isDark ? "light" : "dark";
  });
  update();
})();

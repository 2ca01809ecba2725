// Keyboard in lists and tabs: one stop of the Tab key each, arrow keys inside.

/**
 * Makes the buttons of the rows of a list one tab stop. Up and Down change the row, Left and Right the button in
 * it; Home and End go to the first and last row. `rowSelector` selects rows, `buttonSelector` buttons in a row.
 */
export function rovingRows(list, rowSelector, buttonSelector = "button") {
  const visible = (row) => [...row.querySelectorAll(buttonSelector)].filter((it) => it.offsetParent !== null);
  list.addEventListener("keydown", (event) => {
    const row = event.target.closest(rowSelector);
    const rows = [...list.querySelectorAll(rowSelector)].filter((it) => visible(it).length);
    if (!rows.length) return;
    const moveTo = (button) => {
      event.preventDefault();
      focusOnly(list, button);
    };
    if (!row) {
      // The focus is on the list.
      if (event.key === "ArrowUp" || event.key === "End") moveTo(visible(rows.at(-1))[0]);
      if (event.key === "Home" || event.key === "ArrowDown") moveTo(visible(rows[0])[0]);
      return;
    }
    const [at, buttons] = [rows.indexOf(row), visible(row)];
    const column = buttons.indexOf(event.target);
    const inRow = (next) => next && moveTo(visible(next)[Math.min(column, visible(next).length - 1)]);
    if (event.key === "ArrowUp") inRow(rows[at - 1]);
    else if (event.key === "ArrowDown") inRow(rows[at + 1]);
    else if (event.key === "Home") inRow(rows[0]);
    else if (event.key === "End") inRow(rows.at(-1));
    else if (event.key === "ArrowLeft" && column > 0) moveTo(buttons[column - 1]);
    else if (event.key === "ArrowRight" && column + 1 < buttons.length) moveTo(buttons[column + 1]);
  });
}

function focusOnly(list, button) {
  for (const other of list.querySelectorAll('button[tabindex="0"]')) other.tabIndex = -1;
  button.tabIndex = 0;
  button.focus();
}

/** The tabs pattern of ARIA, with automatic activation. Returns a function that selects a tab by its panel. */
export function tabs(tablist, onSelect) {
  const all = [...tablist.querySelectorAll('[role="tab"]')];
  const panelOf = (tab) => document.getElementById(tab.getAttribute("aria-controls"));
  const select = (selected) => {
    for (const tab of all) {
      const isSelected = tab === selected;
      tab.setAttribute("aria-selected", isSelected);
      tab.tabIndex = isSelected ? 0 : -1;
      panelOf(tab).hidden = !isSelected;
    }
    onSelect(panelOf(selected).id);
  };
  tablist.addEventListener("click", (event) => {
    const tab = event.target.closest('[role="tab"]');
    if (tab) select(tab);
  });
  tablist.addEventListener("keydown", (event) => {
    const at = all.indexOf(event.target);
    const next = {
      ArrowLeft: at - 1,
      ArrowRight: at + 1,
      Home: 0,
      End: all.length - 1,
    }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    const tab = all[(next + all.length) % all.length];
    select(tab);
    tab.focus();
  });
  return (panel) => select(all.find((tab) => panelOf(tab).id === panel));
}

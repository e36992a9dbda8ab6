/* Reading and filling the controls of each kind. Values are in the labels shown on the paper; null is “nothing given”. */
(() => {
  "use strict";

  const Sitting = (window.Sitting = window.Sitting || {});
  const all = (block, selector) => Array.from(block.querySelectorAll(selector));
  const texts = (block) => all(block, "input[type=text], textarea");

  const choice = {
    read(block) {
      const chosen = block.querySelector("input:checked");
      return chosen ? chosen.value : null;
    },
    write(block, value) {
      const wanted = Array.isArray(value) ? value[0] : value;
      all(block, "input").forEach((input) => { input.checked = input.value === wanted; });
    },
  };

  const text = {
    read: (block) => texts(block)[0].value.trim() || null,
    write(block, value) { texts(block)[0].value = value || ""; },
  };

  const fields = {
    read(block) {
      const given = {};
      all(block, "[data-field]").forEach((box) => { given[box.dataset.field] = texts(box)[0].value; });
      return Object.keys(given).some((name) => given[name].trim()) ? given : null;
    },
    write(block, value) {
      all(block, "[data-field]").forEach((box) => { texts(box)[0].value = (value || {})[box.dataset.field] || ""; });
    },
    gaps: (value) => Object.keys(value).filter((name) => !value[name].trim()).length,
  };

  const kinds = {
    single_choice: choice,
    true_false: {
      box: (block) => block.querySelector("input[type=text]"),
      read(block) {
        const value = choice.read(block);
        const box = kinds.true_false.box(block);
        const correction = box ? box.value : "";
        return correction.trim() ? { value: value, correction: correction } : value;
      },
      write(block, value) {
        const given = value && typeof value === "object" ? value : { value: value, correction: "" };
        all(block, "input[type=radio]").forEach((input) => { input.checked = input.value === given.value; });
        const box = kinds.true_false.box(block);
        if (box) box.value = given.correction || "";
      },
      /* A statement judged wrong is still to be corrected, and a correction still to be judged. */
      gaps(value, block) {
        if (!kinds.true_false.box(block)) return 0;
        return value === "×" || (typeof value === "object" && !value.value) ? 1 : 0;
      },
    },
    multiple_choice: {
      read(block) {
        const chosen = all(block, "input:checked").map((input) => input.value);
        return chosen.length ? chosen : null;
      },
      write(block, value) {
        all(block, "input").forEach((input) => { input.checked = (value || []).indexOf(input.value) >= 0; });
      },
    },
    fill_blank: {
      read(block) {
        const given = texts(block).map((input) => input.value);
        return given.some((each) => each.trim()) ? given : null;
      },
      write(block, value) {
        texts(block).forEach((input, index) => { input.value = (value || [])[index] || ""; });
      },
      gaps: (value) => value.filter((each) => !each.trim()).length,
    },
    numeric: text,
    ordering: {
      read(block) {
        return "given" in block.dataset ? all(block, "li").map((row) => row.dataset.value) : null;
      },
      write(block, value) {
        const list = block.querySelector(".order");
        const rows = all(list, "li").sort((a, b) => (a.dataset.value < b.dataset.value ? -1 : 1));
        (value || []).forEach((label) => {
          const row = rows.find((each) => each.dataset.value === label);
          rows.push(rows.splice(rows.indexOf(row), 1)[0]);
        });
        rows.forEach((row) => list.append(row));
        if (value) block.dataset.given = "";
        else delete block.dataset.given;
        Sitting.arrows(list);
      },
    },
    matching: {
      read(block) {
        const given = {};
        all(block, "select").forEach((select) => { if (select.value) given[select.dataset.match] = select.value; });
        return Object.keys(given).length ? given : null;
      },
      write(block, value) {
        all(block, "select").forEach((select) => { select.value = (value || {})[select.dataset.match] || ""; });
      },
      gaps: (value, block) => all(block, "select").length - Object.keys(value).length,
    },
    short_answer: {
      of: (block) => (block.querySelector("[data-field]") ? fields : text),
      read: (block) => kinds.short_answer.of(block).read(block),
      write: (block, value) => kinds.short_answer.of(block).write(block, value),
      gaps: (value, block) => (kinds.short_answer.of(block).gaps ? fields.gaps(value) : 0),
    },
    case: {
      read(block) {
        const given = {};
        all(block, "[data-part]").forEach((part) => {
          const value = Sitting.Kinds.read(part);
          if (value !== null) given[part.dataset.part] = value;
        });
        return Object.keys(given).length ? given : null;
      },
      write(block, value) {
        all(block, "[data-part]").forEach((part) => {
          const given = (value || {})[part.dataset.part];
          Sitting.Kinds.write(part, given === undefined ? null : given);
        });
      },
      gaps: (value, block) => all(block, "[data-part]").filter((part) => Sitting.Kinds.progress(part) !== "answered").length,
    },
  };

  /* Nothing moves up from the first place or down from the last. */
  Sitting.arrows = (list) => {
    const rows = all(list, "li");
    rows.forEach((row, index) => {
      row.querySelector("[data-move=up]").disabled = index === 0;
      row.querySelector("[data-move=down]").disabled = index === rows.length - 1;
    });
  };

  Sitting.Kinds = {
    read: (block) => kinds[block.dataset.answer].read(block),

    write(block, value) {
      kinds[block.dataset.answer].write(block, value);
      this.mirror(block);
    },

    /* open, part or answered */
    progress(block) {
      const kind = kinds[block.dataset.answer];
      const value = kind.read(block);
      if (value === null) return "open";
      return kind.gaps && kind.gaps(value, block) ? "part" : "answered";
    },

    /* What is typed into a blank stands in the sentence too, and long answers grow. */
    mirror(block) {
      all(block, "textarea[data-grow]").forEach((area) => {
        area.style.height = "auto";
        if (area.scrollHeight) area.style.height = `${area.scrollHeight + 2}px`;
      });
      if (block.dataset.answer === "case") all(block, "[data-part]").forEach((part) => this.mirror(part));
      if (block.dataset.answer !== "fill_blank") return;
      const gaps = all(block.parentElement, ".gap");
      texts(block).forEach((input, index) => {
        const typed = input.value.trim();
        if (!gaps[index]) return;
        gaps[index].textContent = typed || `（${index + 1}）`;
        gaps[index].classList.toggle("is-filled", typed !== "");
      });
    },

    describe(value) {
      if (value === null || value === undefined) return "–";
      if (Array.isArray(value)) return value.join("、");
      if (typeof value === "object" && "correction" in value) return `${value.value || "–"} ${value.correction}`;
      if (typeof value === "object") return Object.keys(value).map((key) => `${key}: ${this.describe(value[key])}`).join("；");
      return String(value);
    },
  };
})();

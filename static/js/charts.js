/* Draws every [data-chart] (templates/macros/charts.html): one question each, two colours and grey, intervals drawn,
   figures beside the bars. Tooltips are left out on purpose: every figure is written in the chart or in its table. */
(() => {
  "use strict";

  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(name).trim();
  const INK = colour("--ink");
  const MUTED = colour("--muted");
  const LINE = colour("--line");
  const FIRST = colour("--chart-1");
  const SECOND = colour("--chart-2");
  const GREY = colour("--chart-grey");
  const FONT = getComputedStyle(document.body).fontFamily;
  const ROW = 34; // px a bar
  const PAPER = 630; // px

  const base = () => ({
    animation: false,
    textStyle: { fontFamily: FONT, color: INK, fontSize: 14 },
    aria: { enabled: false }, // the figure carries its own label and table
  });

  function whisker(params, api) {
    const low = api.coord([api.value(1), api.value(0)]);
    const high = api.coord([api.value(2), api.value(0)]);
    const arm = 5;
    const stroke = { stroke: INK, lineWidth: 1.5, fill: null };
    const halo = { stroke: "#fff", lineWidth: 4, fill: null }; // so that it is seen on the bar as well as beside it
    const lines = (style) => [
      [low[0], low[1], high[0], high[1]],
      [low[0], low[1] - arm, low[0], low[1] + arm],
      [high[0], high[1] - arm, high[0], high[1] + arm],
    ].map(([x1, y1, x2, y2]) => ({ type: "line", shape: { x1, y1, x2, y2 }, style }));
    return { type: "group", children: [...lines(halo), ...lines(stroke)] };
  }

  function textWidth(texts) {
    const pen = document.createElement("canvas").getContext("2d");
    pen.font = `14px ${FONT}`;
    return Math.max(0, ...texts.map((text) => pen.measureText(text).width));
  }

  /* At most two lines; the whole name stands in the table. */
  function fold(text, width) {
    const wide = (part) => textWidth([part]) > width;
    const take = (from) => {
      let to = from.length;
      while (to > 1 && wide(from.slice(0, to))) to -= 1;
      return to;
    };
    const first = take(text);
    if (first === text.length) return text;
    const rest = text.slice(first);
    return `${text.slice(0, first)}\n${wide(rest) ? `${rest.slice(0, take(rest) - 1)}…` : rest}`;
  }

  const figure = (row, unit) => row.text || `${row.value}${unit === "%" ? "%" : ` ${unit}`}`;
  const known = (value) => value !== null && value !== undefined;

  function bars(spec, width) {
    const turn = spec.ascending ? -1 : 1;
    const rows = [...spec.rows].sort((a, b) => turn * ((known(b.value) ? b.value : -1) - (known(a.value) ? a.value : -1)));
    const labels = rows.map((row) => row.label);
    const figures = rows.map((row) => (known(row.value) ? figure(row, spec.unit) : "–"));
    // A long name breaks onto a second line instead of taking the bars' room.
    const names = Math.min(textWidth(labels) + 14, width * 0.38);
    const room = textWidth(figures) + 16;
    const top = Math.max(...rows.map((row) => Math.max(row.value || 0, row.high || 0)));
    const bar = rows.map((row) => ({
      value: known(row.value) ? row.value : 0,
      itemStyle: { color: row.grey ? GREY : row.emphasis ? SECOND : FIRST },
    }));
    const intervals = rows.map((row, at) => [at, row.low, row.high]).filter((one) => known(one[1]) && known(one[2]));
    const series = [{ type: "bar", data: bar, barWidth: 16, silent: true }];
    if (intervals.length) series.push({ type: "custom", renderItem: whisker, data: intervals, encode: { x: [1, 2], y: 0 }, silent: true, z: 5 });
    if (spec.reference) {
      series[0].markLine = {
        symbol: "none", silent: true, animation: false,
        lineStyle: { color: INK, type: "dashed", width: 1 },
        label: { formatter: spec.reference.label, color: INK, fontSize: 13, position: "start" },
        data: [{ xAxis: spec.reference.value }],
      };
    }
    return {
      ...base(),
      grid: { left: names, right: room, top: spec.reference ? 26 : 6, bottom: 26, containLabel: false },
      xAxis: {
        type: "value", min: 0, max: spec.maximum || (spec.unit === "%" ? 100 : Math.ceil(top * 1.05)),
        ...(spec.unit === "%" && !spec.maximum ? { interval: width < 500 ? 50 : 20 } : { splitNumber: width < 500 ? 2 : 5 }), axisLabel: { color: MUTED, fontSize: 13, formatter: `{value}${spec.unit === "%" ? "%" : ""}` },
        splitLine: { lineStyle: { color: LINE } }, name: "",
      },
      yAxis: [
        {
          type: "category", inverse: true, data: labels.map((label) => fold(label, names - 14)), axisTick: { show: false }, axisLine: { lineStyle: { color: MUTED } },
          axisLabel: { color: INK, fontSize: 14, interval: 0, lineHeight: 16 },
        },
        {
          // The figures stand in one column at the right, clear of the whiskers.
          type: "category", inverse: true, data: figures, position: "right", axisTick: { show: false }, axisLine: { show: false },
          axisLabel: { color: INK, fontSize: 14, interval: 0 },
        },
      ],
      series,
    };
  }

  function line(spec) {
    const colours = [FIRST, SECOND];
    const lasts = spec.series.map((one) => one.values[one.values.length - 1]);
    const range = spec.maximum || (spec.unit === "%" ? 100 : Math.max(...spec.series.flatMap((one) => one.values)));
    // Names of lines that end close together are pushed apart.
    const close = lasts.length === 2 && Math.abs(lasts[0] - lasts[1]) < range * 0.09;
    const push = (at) => (close ? (lasts[at] >= lasts[1 - at] && !(at && lasts[0] === lasts[1]) ? -8 : 8) : 0);
    return {
      ...base(),
      grid: { left: 48, right: textWidth(spec.series.map((one) => one.name)) + 24, top: 16, bottom: 32 },
      xAxis: { type: "category", data: spec.points, boundaryGap: false, axisLabel: { color: MUTED, fontSize: 13, hideOverlap: true }, axisLine: { lineStyle: { color: MUTED } } },
      yAxis: {
        type: "value", min: 0, max: spec.maximum || (spec.unit === "%" ? 100 : null),
        axisLabel: { color: MUTED, fontSize: 13, formatter: `{value}${spec.unit === "%" ? "%" : ""}` }, splitLine: { lineStyle: { color: LINE } },
      },
      series: spec.series.slice(0, 2).map((one, at) => ({
        type: "line", name: one.name, data: one.values, silent: true, symbol: at ? "rect" : "circle", symbolSize: 7,
        color: colours[at], lineStyle: { width: 2, type: at ? "dashed" : "solid" },
        endLabel: { show: true, offset: [0, push(at)], formatter: one.name, color: colours[at], fontSize: 14 },
      })),
    };
  }

  function draw(place) {
    const spec = JSON.parse(place.dataset.chart);
    place.style.height = spec.kind === "bars" ? `${spec.rows.length * ROW + 56}px` : "280px";
    const chart = window.echarts.init(place, null, { renderer: "canvas" });
    const paint = () => chart.setOption(spec.kind === "bars" ? bars(spec, place.clientWidth) : line(spec), { notMerge: true });
    paint();
    new ResizeObserver(() => { chart.resize(); paint(); }).observe(place);
    // A4 between the margins; the observer does not run while a page is being printed.
    window.addEventListener("beforeprint", () => {
      chart.resize({ width: PAPER });
      chart.setOption(spec.kind === "bars" ? bars(spec, PAPER) : line(spec), { notMerge: true });
    });
    window.addEventListener("afterprint", () => { chart.resize(); paint(); });
  }

  document.querySelectorAll("[data-chart]").forEach(draw);
  // On paper the table is shown too.
  window.addEventListener("beforeprint", () => document.querySelectorAll("[data-chart-table]").forEach((table) => { table.open = true; }));
})();

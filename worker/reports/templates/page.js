"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const byId = new Map(data.events.map((event) => [event.id, event]));
  const element = (id) => document.getElementById(id);
  const rows = [...document.querySelectorAll("tr.event")];
  const words = new Map(rows.map((row) => [row, row.textContent.toLowerCase()]));
  const eventOf = (row) => byId.get(Number(row.dataset.id));
  let chosenPlace = null; // "longitude latitude" of the point that was tapped

  // --- what the filter shows ---------------------------------------------------------------------------------

  const fits = (row) => {
    const event = eventOf(row);
    const [part, wanted] = element("certainty").value.split(":");
    const from = element("from").value, to = element("to").value;
    const typed = element("words").value.toLowerCase().split(/\s+/).filter(Boolean);
    return (!part || event[part] === wanted)
      && (!element("type").value || event.type === element("type").value)
      && (!element("country").value || event.country === element("country").value)
      && (!from || (event.day !== null && event.day >= from))
      && (!to || (event.day !== null && event.day <= to))
      && (chosenPlace === null || placeOf(event) === chosenPlace)
      && typed.every((word) => words.get(row).includes(word));
  };

  const orders = {
    latest: (a, b) => (b.day || "").localeCompare(a.day || "") || b.id - a.id,
    earliest: (a, b) => (a.day || "9").localeCompare(b.day || "9") || a.id - b.id,
    killed: (a, b) => (b.killed ?? -1) - (a.killed ?? -1) || b.id - a.id,
    sources: (a, b) => b.sources - a.sources || b.id - a.id,
  };

  const show = () => {
    const shown = [];
    for (const row of rows) {
      row.hidden = !fits(row);
      if (!row.hidden) shown.push(eventOf(row));
    }
    for (const body of document.querySelectorAll("tbody[data-group]")) {
      const count = body.querySelectorAll("tr.event:not([hidden])").length;
      body.querySelector(".count").textContent = count;
      body.hidden = count === 0;
    }
    element("shown").textContent = `${shown.length} of ${rows.length} events${chosenPlace === null ? "" : " at one place"}`;
    element("nothing").hidden = shown.length > 0;
    draw(shown);
  };

  const sort = () => {
    const order = orders[element("order").value];
    for (const body of document.querySelectorAll("tbody[data-group]")) {
      const own = [...body.querySelectorAll("tr.event")].sort((a, b) => order(eventOf(a), eventOf(b)));
      body.append(...own);
    }
  };

  // --- map ---------------------------------------------------------------------------------------------------

  const placeOf = (event) => (event.lat === null || event.lon === null ? null : `${event.lon} ${event.lat}`);

  // Plotly reads a few tags in its texts: what an article says must stay words.
  const plain = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");

  const pointsOf = (events) => {
    const places = new Map();
    for (const event of events) {
      const place = placeOf(event);
      if (place !== null) places.set(place, [...(places.get(place) || []), event]);
    }
    // Large points first, so that small ones lie on top.
    return [...places.values()].sort((a, b) => b.length - a.length);
  };

  const textOf = (events) => {
    const some = events.slice(0, 6).map((event) => `${event.day || "day unknown"}  ${plain(event.line.slice(0, 70))}`);
    if (events.length > 6) some.push(`and ${events.length - 6} more`);
    return [`<b>${plain(events[0].where || "place unknown")}</b>`, ...some].join("<br>");
  };

  const drawMap = (shown) => {
    const traces = data.groups.map((group) => pointsOf(shown.filter((event) => event.group === group)));
    Plotly.restyle("map", {
      lon: traces.map((points) => points.map(([event]) => event.lon)),
      lat: traces.map((points) => points.map(([event]) => event.lat)),
      text: traces.map((points) => points.map(textOf)),
      "marker.size": traces.map((points) => points.map((events) => Math.min(34, 7 + 4 * Math.sqrt(events.length)))),
      "marker.symbol": traces.map((points) => points.map(([event]) => (event.vague ? "square" : "circle"))),
    }, data.groups.map((_, number) => number + 1));
  };

  // The part of the world that is asked for, widened until it fills the picture.
  const fitted = () => {
    const { lonaxis, lataxis, projection } = data.map.layout.geo;
    if (projection.type !== "mercator") return {};
    const { clientWidth: wide, clientHeight: high } = element("map");
    const y = (latitude) => Math.log(Math.tan(Math.PI / 4 + latitude * Math.PI / 360)) * 180 / Math.PI;
    const latitude = (up) => Math.atan(Math.exp(up * Math.PI / 180)) * 360 / Math.PI - 90;
    let [west, east] = lonaxis.range, [south, north] = lataxis.range.map(y);
    const across = Math.max(0, (north - south) * wide / high - (east - west)) / 2;
    const up = Math.max(0, (east - west) * high / wide - (north - south)) / 2;
    return {
      "geo.lonaxis.range": [west - across, east + across],
      "geo.lataxis.range": [latitude(south - up), latitude(north + up)],
    };
  };

  // --- timeline ----------------------------------------------------------------------------------------------

  const days = data.events.map((event) => event.day).filter((day) => day !== null).sort();
  const oneDay = 86400000;
  const stamp = (day) => Date.parse(`${day}T00:00:00Z`);
  const dayOf = (at) => new Date(at).toISOString().slice(0, 10);
  const span = days.length ? (stamp(days[days.length - 1]) - stamp(days[0])) / oneDay : 0;
  // More than about a hundred bars are a blur on a phone.
  const step = span > 700 ? "month" : span > 100 ? "week" : "day";
  const binOf = (day) => {
    if (step === "month") return `${day.slice(0, 7)}-01`;
    if (step === "day") return day;
    const at = stamp(day);
    return dayOf(at - ((new Date(at).getUTCDay() + 6) % 7) * oneDay); // Monday, as ISO 8601 has it
  };
  const endOf = (bin) => {
    if (step === "day") return bin;
    if (step === "week") return dayOf(stamp(bin) + 6 * oneDay);
    const [year, month] = bin.split("-").map(Number);
    return dayOf(Date.UTC(year, month, 1) - oneDay);
  };
  const bins = [...new Set(days.map(binOf))].sort();

  const drawTimeline = (shown) => {
    const heights = data.groups.map((group) => {
      const counts = new Map(bins.map((bin) => [bin, 0]));
      for (const event of shown) {
        if (event.group === group && event.day !== null) counts.set(binOf(event.day), counts.get(binOf(event.day)) + 1);
      }
      return bins.map((bin) => counts.get(bin));
    });
    Plotly.restyle("timeline", { x: data.groups.map(() => bins), y: heights });
  };

  const draw = (shown) => {
    drawMap(shown);
    drawTimeline(shown);
  };

  // --- start -------------------------------------------------------------------------------------------------

  // Plotly asks its own site for a world map before it draws any other one (plotly.js issue 6767), unless it is here.
  const nothing = { type: "GeometryCollection", geometries: [] };
  const layers = ["coastlines", "land", "ocean", "lakes", "rivers", "countries", "subunits"];
  const emptyWorld = { type: "Topology", arcs: [], objects: Object.fromEntries(layers.map((layer) => [layer, nothing])) };
  window.PlotlyGeoAssets = { topojson: { world_110m: emptyWorld } };

  const quiet = { displaylogo: false, responsive: true };
  const start = async () => {
    element("step").textContent = step;
    element("map").classList.toggle("world", data.map.layout.geo.projection.type !== "mercator");
    await Plotly.newPlot("map", data.map.data, data.map.layout, { ...quiet, scrollZoom: false, modeBarButtons: [["zoomInGeo", "zoomOutGeo", "resetGeo"]] });
    await Plotly.relayout("map", fitted());
    await Plotly.newPlot("timeline", data.timeline.data, data.timeline.layout, { ...quiet, displayModeBar: false });
    if (bins.length) {
      // A lone day must not become one bar as wide as the picture.
      const margin = Math.max(step === "day" ? oneDay : 7 * oneDay, (6 * oneDay - span * oneDay) / 2);
      await Plotly.relayout("timeline", { "xaxis.range": [dayOf(stamp(bins[0]) - margin), dayOf(stamp(bins[bins.length - 1]) + margin)] });
    }
    element("map").on("plotly_click", ({ points: [point] }) => {
      if (point.curveNumber === 0 || point.curveNumber > data.groups.length) return;
      chosenPlace = `${point.lon} ${point.lat}`;
      show();
    });
    element("timeline").on("plotly_click", ({ points: [point] }) => {
      const bin = String(point.x).slice(0, 10);
      element("from").value = bin;
      element("to").value = endOf(bin);
      show();
    });
    element("filter").addEventListener("input", () => { sort(); show(); });
    element("filter").addEventListener("submit", (event) => event.preventDefault());
    element("filter").addEventListener("reset", () => setTimeout(() => { chosenPlace = null; sort(); show(); }));
    show();
    document.body.dataset.ready = "yes";
  };
  start();
})();

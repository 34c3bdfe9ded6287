// How a vector base looks: roads, water and green in the theme's tokens, names in Chinese. The three
// schemas in use are drawn by one style (OpenMapTiles, Protomaps, Shortbread): a layer that a file does
// not have is simply not there.
//
// No boundary of any country or province is drawn from a vector base: boundaries come from the city's
// own approved set only. No name of a country, state or sea either.
"use strict";
globalThis.chengmai = globalThis.chengmai || {};

chengmai.baseStyle = (card, colours) => {
  const { canvas, panel, raised, line1, line2, text2, text3 } = colours;
  const water = (colours.sequential || [])[0] || colours["sequential.1"] || line1;
  const source = "base";
  const named = ["coalesce", ["get", "name:zh"], ["get", "name:zh-Hans"], ["get", "name"]];
  const font = { "text-font": ["Chengmai Sans"] };
  const wide = (low, high) => ["interpolate", ["exponential", 1.5], ["zoom"], 8, low, 18, high];
  const is = (key, ...values) => ["in", ["coalesce", ["get", key], ""], ["literal", values]];
  const road = (key) => [
    ["main", [is(key, "motorway", "trunk", "primary", "highway", "major_road")], line2, 1.2, 14],
    ["middle", [is(key, "secondary", "tertiary", "medium_road")], line1, 0.7, 10],
    ["small", [is(key, "minor", "residential", "service", "unclassified", "minor_road", "street")], line1, 0.2, 6],
  ];

  const layers = [{ id: "ground", type: "background", paint: { "background-color": canvas } }];
  const fill = (id, layer, colour, filter) =>
    layers.push({ id, type: "fill", source, "source-layer": layer, ...(filter && { filter }), paint: { "fill-color": colour } });
  const line = (id, layer, colour, width, filter) =>
    layers.push({
      id, type: "line", source, "source-layer": layer, ...(filter && { filter }),
      layout: { "line-cap": "round", "line-join": "round" },
      paint: { "line-color": colour, "line-width": width },
    });
  const text = (id, layer, size, colour, filter, along) =>
    layers.push({
      id, type: "symbol", source, "source-layer": layer, ...(filter && { filter }),
      layout: {
        ...font, "text-field": named, "text-size": size,
        ...(along ? { "symbol-placement": "line" } : { "text-max-width": 8 }),
      },
      paint: { "text-color": colour, "text-halo-color": canvas, "text-halo-width": 1.5 },
    });

  const green = is("class", "park", "wood", "grass", "forest");
  const green_kind = is("kind", "park", "wood", "grass", "forest", "nature_reserve");
  fill("green", "landcover", panel, green);
  fill("park", "park", panel);
  fill("green-kind", "landuse", panel, green_kind);
  fill("green-land", "land", panel, green_kind);
  for (const layer of ["water", "water_polygons", "ocean"]) fill(layer, layer, water);
  for (const layer of ["waterway", "water_lines"]) line(layer, layer, water, wide(0.5, 6));
  fill("building", "building", raised);
  fill("buildings", "buildings", raised);
  for (const [layer, key] of [["transportation", "class"], ["roads", "kind"], ["streets", "kind"]])
    for (const [name, [filter], colour, low, high] of road(key).reverse())
      line(`${layer}-${name}`, layer, colour, wide(low, high), filter);
  for (const [layer, key] of [["transportation", "class"], ["roads", "kind"], ["streets", "kind"]])
    line(`${layer}-rail`, layer, line1, wide(0.4, 2), is(key, "rail", "railway", "subway", "light_rail"));
  for (const layer of ["transportation_name", "street_labels", "roads"])
    text(`${layer}-names`, layer, 12, text3, ["has", "name"], true);
  for (const layer of ["water_name", "water_polygons_labels"])
    text(layer, layer, 12, text3, ["!", is("class", "sea", "ocean", "strait", "bay")]);
  const town = ["city", "town", "village", "suburb", "quarter", "neighbourhood", "locality", "hamlet"];
  text("place", "place", 14, text2, is("class", ...town));
  text("places", "places", 14, text2, ["any", is("kind", ...town), is("kind_detail", ...town)]);
  text("place_labels", "place_labels", 14, text2, is("kind", ...town));

  const tiles = [`base://${card.id}/{z}/{x}/{y}`];
  const vector = { type: "vector", tiles, minzoom: card.min_zoom, maxzoom: card.max_zoom };
  return { version: 8, sources: { [source]: vector }, layers };
};

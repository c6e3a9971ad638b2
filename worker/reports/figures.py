"""The map and the timeline, as plotly draws them; the page's script fills them with the events that a filter shows."""

from __future__ import annotations

import json
from typing import Any

import plotly.graph_objects as go

from worker.reports.certainty import GROUPS
from worker.reports.outlines import WORLD, Box, outlines

_FONT = {"family": "system-ui, sans-serif", "size": 13, "color": "#26323c"}
_BARE = {"l": 0, "r": 0, "t": 0, "b": 0}
SEA, LAND, BORDER = "#e9eff3", "#fbfaf6", "#b9c1c6"


def map_figure(box: Box) -> dict[str, Any]:
    """A map of a part of the world, its points still to be filled in: outlines, a trace for each group, names."""
    shown = outlines(box)
    countries = [feature["id"] for feature in shown["features"]]
    ground = go.Choropleth(
        geojson=shown,
        locations=countries,
        z=[0] * len(countries),
        colorscale=[[0, LAND], [1, LAND]],
        showscale=False,
        marker={"line": {"color": BORDER, "width": 0.8}},
        hoverinfo="skip",
    )
    points = [
        go.Scattergeo(
            lon=[],
            lat=[],
            name=group.title,
            mode="markers",
            hovertemplate="%{text}<extra></extra>",
            marker={
                "color": group.fill,
                "opacity": 0.82,
                "line": {"color": group.colour, "width": 1.6},
                "size": [],
            },
        )
        for group in GROUPS
    ]
    figure = go.Figure([ground, *points, _names(shown, box)])
    figure.update_geos(
        visible=False,  # nothing of plotly's own maps, which it would load from the network
        projection_type="natural earth" if box == WORLD else "mercator",
        bgcolor=SEA,
        lonaxis_range=[box.west, box.east],
        lataxis_range=[box.south, box.north],
    )
    figure.update_layout(margin=_BARE, font=_FONT, paper_bgcolor=SEA, showlegend=False, dragmode="pan")
    return _plain(figure)


def _names(shown: dict[str, Any], box: Box) -> go.Scattergeo:
    """The countries by name, where the map shows a part of the world: on a map of all they would cover each other."""
    countries = [feature["properties"] for feature in shown["features"]] if box != WORLD else []
    told = [country for country in countries if country["label"]]
    return go.Scattergeo(
        lon=[country["label"][0] for country in told],
        lat=[country["label"][1] for country in told],
        text=[country["name"] for country in told],
        mode="text",
        textfont={"size": 11, "color": "#7c868d"},
        hoverinfo="skip",
    )


def timeline_figure() -> dict[str, Any]:
    """Bars by day, a trace for each group, their heights still to be filled in."""
    bars = [
        go.Bar(
            x=[],
            y=[],
            name=group.title,
            marker={"color": group.fill, "line": {"color": group.colour, "width": 1}},
            hovertemplate="%{x|%-d %B %Y}: %{y}<extra>%{fullData.name}</extra>",
        )
        for group in GROUPS
    ]
    figure = go.Figure(bars)
    figure.update_layout(
        barmode="stack",
        bargap=0.15,
        margin={"l": 34, "r": 8, "t": 8, "b": 42},
        font=_FONT,
        paper_bgcolor="#ffffff",
        plot_bgcolor="#ffffff",
        showlegend=False,
        dragmode=False,
        xaxis={"type": "date", "fixedrange": True, "showgrid": False},
        yaxis={"fixedrange": True, "gridcolor": "#e6eaed", "rangemode": "tozero", "tickformat": "d", "nticks": 4},
    )
    return _plain(figure)


def _plain(figure: go.Figure) -> dict[str, Any]:
    figure.layout.template = None  # some kilobytes of defaults that these figures set themselves
    told: dict[str, Any] = json.loads(figure.to_json())
    return told

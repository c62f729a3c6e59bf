"""The theme as options for Streamlit's configuration: one accent (harbour blue), light and dark, type and radii.

All pairs of text and ground were checked for contrast: text 4.5 or more, graphics 3 or more.
"""

from typing import Any

# Charts use one set of mid-tones on both themes; grey is always dashed as well.
CHART_MAIN, CHART_SECOND, CHART_EARLIER = "#2F7F9C", "#C77A1A", "#7E8891"
CHART_COLOURS = [CHART_MAIN, CHART_SECOND, CHART_EARLIER, "#2398E7", "#993333"]

_LIGHT = {
    "primaryColor": "#14607A",
    "backgroundColor": "#FFFFFF",
    "secondaryBackgroundColor": "#F6F5F2",
    "textColor": "#23272B",
    "linkColor": "#14607A",
    "borderColor": "#E4E1DB",
    "dataframeBorderColor": "#E4E1DB",
    "dataframeHeaderBackgroundColor": "#F8F7F4",
    "dataframeHeaderTextColor": "#5F666D",
    "redColor": "#B03A2E",
    "redTextColor": "#B03A2E",
    "redBackgroundColor": "#FBECEA",
    "orangeColor": "#8A5A00",
    "orangeTextColor": "#8A5A00",
    "orangeBackgroundColor": "#FBF2DF",
    "yellowColor": "#8A5A00",
    "yellowTextColor": "#8A5A00",
    "yellowBackgroundColor": "#FBF2DF",
    "greenColor": "#1B6E45",
    "greenTextColor": "#1B6E45",
    "greenBackgroundColor": "#E8F3EC",
    "blueColor": "#14607A",
    "blueTextColor": "#14607A",
    "blueBackgroundColor": "#E6F0F3",
    "grayColor": "#5F666D",
    "grayTextColor": "#5F666D",
    "grayBackgroundColor": "#F0EEEA",
    "chartCategoricalColors": CHART_COLOURS,
    "chartSequentialColors": [
        "#F1F6F7", "#DDEAEE", "#C4DBE2", "#A6C9D4", "#84B3C2",
        "#639DAF", "#44869B", "#2A7189", "#14607A", "#0D4A5F",
    ],
}  # fmt: skip

_DARK = {
    "primaryColor": "#2F7F9C",
    "backgroundColor": "#16191C",
    "secondaryBackgroundColor": "#21262A",
    "textColor": "#E8E6E3",
    "linkColor": "#7FC3DB",
    "borderColor": "#31373D",
    "dataframeBorderColor": "#31373D",
    "dataframeHeaderBackgroundColor": "#1A1D21",
    "dataframeHeaderTextColor": "#A3A9AF",
    "redColor": "#F0978B",
    "redTextColor": "#F0978B",
    "redBackgroundColor": "#3C2320",
    "orangeColor": "#E5B860",
    "orangeTextColor": "#E5B860",
    "orangeBackgroundColor": "#382C14",
    "yellowColor": "#E5B860",
    "yellowTextColor": "#E5B860",
    "yellowBackgroundColor": "#382C14",
    "greenColor": "#7CCB9C",
    "greenTextColor": "#7CCB9C",
    "greenBackgroundColor": "#1B3326",
    "blueColor": "#7FC3DB",
    "blueTextColor": "#7FC3DB",
    "blueBackgroundColor": "#17323C",
    "grayColor": "#A3A9AF",
    "grayTextColor": "#A3A9AF",
    "grayBackgroundColor": "#2A3036",
    "chartCategoricalColors": CHART_COLOURS,
    "chartSequentialColors": [
        "#1B2429", "#1B2F37", "#1B3B46", "#1C4856", "#1E5768",
        "#22677B", "#28788F", "#338BA4", "#42A0BC", "#56B4D3",
    ],
}  # fmt: skip

_SHAPE = {
    "font": "sans-serif",
    "baseFontSize": 16,
    "headingFontSizes": ["1.75rem", "1.25rem", "1.0625rem", "1rem", "0.9375rem", "0.875rem"],
    "headingFontWeights": [650, 600, 600, 600, 600, 600],
    "metricValueFontSize": "1.75rem",
    "metricValueFontWeight": 600,
    "baseRadius": "0.625rem",
    "buttonRadius": "0.5rem",
    "paddingTop": "0.5rem",
    "paddingBottom": "3rem",
    "linkUnderline": False,
    "showSidebarBorder": True,
}

# Charts take no colours of their own in the sidebar.
_SIDEBAR = {"light": {"backgroundColor": "#F8F7F4"}, "dark": {"backgroundColor": "#1A1D21"}}


def _options() -> dict[str, Any]:
    options: dict[str, Any] = {f"theme.{name}": value for name, value in _SHAPE.items()}
    for theme, colours in (("light", _LIGHT), ("dark", _DARK)):
        options |= {f"theme.{theme}.{name}": value for name, value in colours.items()}
        beside = {name: value for name, value in colours.items() if not name.startswith("chart")} | _SIDEBAR[theme]
        options |= {f"theme.{theme}.sidebar.{name}": value for name, value in beside.items()}
    return options


# Ready for streamlit's set_option or App.run(config=…).
OPTIONS: dict[str, Any] = _options()

//! Contrast is computed, not judged: every text colour on every surface it may lie on, in every theme,
//! read from the style sheet that is shipped.

use std::collections::BTreeMap;

use super::*;

const TOKENS: &str = include_str!("../../css/tokens.css");

/// Name of a token → its value in the style sheet.
type Values = BTreeMap<String, String>;

/// The declarations of one block of the style sheet, by the selector that opens it.
fn block(selector: &str) -> Values {
    let start = TOKENS.find(&format!("{selector} {{")).unwrap_or_else(|| panic!("no block {selector}"));
    let body = &TOKENS[start..];
    let body = &body[body.find('{').expect("opens") + 1..body.find('}').expect("closes")];
    let lines = body.lines().map(str::trim).filter(|line| line.starts_with("--"));
    lines
        .filter_map(|line| line.trim_end_matches(';').split_once(": "))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

/// Splits at the commas that are outside parentheses.
fn arguments(text: &str) -> Vec<&str> {
    let (mut depth, mut start, mut parts) = (0, 0, Vec::new());
    for (at, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(text[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(text[start..].trim());
    parts
}

fn inside<'a>(text: &'a str, function: &str) -> Option<&'a str> {
    text.strip_prefix(function)?.strip_prefix('(')?.strip_suffix(')')
}

/// Computes a token's colour as a browser does.
fn colour(value: &str, values: &Values, dark: bool) -> Lab {
    if let Some(body) = inside(value, "light-dark") {
        return colour(arguments(body)[usize::from(dark)], values, dark);
    }
    if let Some(name) = inside(value, "var") {
        return colour(values.get(name).unwrap_or_else(|| panic!("no token {name}")), values, dark);
    }
    if let Some(body) = inside(value, "color-mix") {
        let parts = arguments(body);
        assert_eq!(parts[0], "in oklab", "{value}");
        let (other, share) = parts[2].rsplit_once(' ').expect("a share follows the second colour");
        let share: f64 = share.trim_end_matches('%').parse().expect("a percentage");
        return colour(parts[1], values, dark).mix(colour(other, values, dark), share / 100.0);
    }
    if let Some(body) = inside(value, "oklch") {
        let numbers: Vec<f64> =
            body.split_whitespace().map(|number| number.parse().expect("a number")).collect();
        return Lab::from_lch(numbers[0], numbers[1], numbers[2]);
    }
    Lab::from_hex(value).unwrap_or_else(|| panic!("not a colour: {value}"))
}

/// Every theme a person can see: name, tokens, whether dark, least contrast wanted.
fn themes() -> Vec<(&'static str, Values, bool, f64)> {
    let normal = block(":root");
    let mut contrast = normal.clone();
    contrast.extend(block(":root[data-theme=\"contrast\"]"));
    vec![
        ("light", normal.clone(), false, 4.5),
        ("dark", normal, true, 4.5),
        ("contrast, light", contrast.clone(), false, 7.0),
        ("contrast, dark", contrast, true, 7.0),
    ]
}

#[test]
fn every_text_colour_reads_on_every_surface_in_every_theme() {
    let words = ["--ink", "--ink-2", "--ink-3", "--brand", "--ok", "--warn", "--late", "--info"];
    let surfaces = ["--paper", "--ground", "--sunk", "--hover", "--brand-tint"];
    let mut failures = Vec::new();
    for (theme, values, dark, wanted) in themes() {
        for word in words {
            for surface in surfaces {
                let ratio =
                    colour(&values[word], &values, dark).contrast(colour(&values[surface], &values, dark));
                if ratio < wanted {
                    failures.push(format!("{theme}: {word} on {surface} is {ratio:.2}, wanted {wanted}"));
                }
            }
        }
    }
    assert!(failures.is_empty(), "{failures:#?}");
}

#[test]
fn every_tone_reads_on_its_own_tint_and_buttons_read_on_their_colour() {
    let pairs = [
        ("--ink", "--ok-tint"),
        ("--ink", "--warn-tint"),
        ("--ink", "--late-tint"),
        ("--ink", "--info-tint"),
        ("--ink-2", "--late-tint"),
        ("--ok", "--ok-tint"),
        ("--warn", "--warn-tint"),
        ("--late", "--late-tint"),
        ("--info", "--info-tint"),
        ("--on-brand", "--brand"),
        ("--on-late", "--late"),
    ];
    for (theme, values, dark, wanted) in themes() {
        for (word, surface) in pairs {
            let ratio =
                colour(&values[word], &values, dark).contrast(colour(&values[surface], &values, dark));
            assert!(ratio >= wanted, "{theme}: {word} on {surface} is {ratio:.2}, wanted {wanted}");
        }
    }
}

#[test]
fn the_edge_of_a_field_can_be_seen() {
    for (theme, values, dark, _) in themes() {
        for surface in ["--paper", "--ground"] {
            let ratio =
                colour(&values["--edge"], &values, dark).contrast(colour(&values[surface], &values, dark));
            assert!(ratio >= 3.0, "{theme}: --edge on {surface} is {ratio:.2} (WCAG 2.2, 1.4.11)");
        }
    }
}

#[test]
fn the_contrast_theme_is_the_same_whether_chosen_or_asked_by_the_device() {
    assert_eq!(block(":root[data-theme=\"contrast\"]"), block(":root[data-theme=\"auto\"]"));
}

#[test]
fn the_surfaces_the_brand_is_fitted_to_are_those_of_the_style_sheet() {
    let palettes = [&LIGHT, &DARK, &CONTRAST_LIGHT, &CONTRAST_DARK];
    for ((theme, values, dark, _), palette) in themes().into_iter().zip(palettes) {
        for (name, here) in
            [("--paper", palette.paper), ("--ground", palette.ground), ("--sunk", palette.sunk)]
        {
            assert_eq!(colour(&values[name], &values, dark), lab(here), "{theme} {name}");
        }
        assert!(values["--brand-tint"].ends_with("88%)"), "{theme}: the share of the tint");
    }
}

#[test]
fn any_colour_a_municipality_picks_stays_readable() {
    let picks = [
        "#ffff00", "#ffffff", "#000000", "#ff0000", "#00ff00", "#0000ff", "#0b5c91", "#e30a17", "#f7b500",
        "#888888",
    ];
    for pick in picks {
        let brand = Lab::from_hex(pick).expect("a colour");
        for palette in [&LIGHT, &DARK, &CONTRAST_LIGHT, &CONTRAST_DARK] {
            // What the browser gets is the rounded colour, so that one is measured.
            let shown = Lab::from_hex(&readable(brand, palette).to_hex()).expect("a colour");
            let wanted = palette.wanted - 0.1;
            for under in [
                lab(palette.paper),
                lab(palette.ground),
                lab(palette.sunk),
                shown.mix(lab(palette.paper), TINT),
            ] {
                assert!(shown.contrast(under) >= wanted, "{pick} as {shown:?}: {:.2}", shown.contrast(under));
            }
            assert!(shown.contrast(text_on(shown)) >= 4.5, "text on {pick}");
        }
    }
}

#[test]
fn the_theme_sheet_cannot_carry_anything_but_colours() {
    let own = theme_css(DEFAULT_BRAND);
    for bad in ["", "red", "#12", "#0b5c91;}body{display:none", "</style><script>"] {
        assert_eq!(theme_css(bad), own, "{bad}");
    }
    assert!(own.starts_with(":root{--brand:light-dark(#") && own.contains("prefers-contrast:more"));
    assert_eq!(theme_css(" #0B5C91 "), own);
}

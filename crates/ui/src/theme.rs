//! The municipality's one colour, made readable in every theme. The rest of the palette is fixed in `css/tokens.css`.

use crate::color::Lab;

/// Used when the municipality has set no colour or an unreadable one.
pub(crate) const DEFAULT_BRAND: &str = "#0b5c91";

/// Surfaces text in the brand colour may lie on, per palette, as `css/tokens.css` has them: (paper, ground, sunk).
struct Palette {
    /// OKLCH lightness, chroma and hue.
    paper: (f64, f64, f64),
    ground: (f64, f64, f64),
    sunk: (f64, f64, f64),
    is_dark: bool,
    /// Least contrast of the brand colour against each surface.
    wanted: f64,
}

const LIGHT: Palette = Palette {
    paper: (1.0, 0.0, 0.0),
    ground: (0.975, 0.004, 250.0),
    sunk: (0.95, 0.006, 250.0),
    is_dark: false,
    wanted: 4.6,
};
const DARK: Palette = Palette {
    paper: (0.22, 0.015, 250.0),
    ground: (0.18, 0.012, 250.0),
    sunk: (0.26, 0.015, 250.0),
    is_dark: true,
    wanted: 4.6,
};
const CONTRAST_LIGHT: Palette = Palette {
    paper: (1.0, 0.0, 0.0),
    ground: (1.0, 0.0, 0.0),
    sunk: (0.95, 0.0, 0.0),
    is_dark: false,
    wanted: 7.1,
};
const CONTRAST_DARK: Palette = Palette {
    paper: (0.0, 0.0, 0.0),
    ground: (0.0, 0.0, 0.0),
    sunk: (0.22, 0.0, 0.0),
    is_dark: true,
    wanted: 7.1,
};

/// How much of the paper is in the tint behind the current menu entry; `css/tokens.css` has the same share.
const TINT: f64 = 0.88;

/// The style sheet of the municipality's colour, from `#rrggbb`. The hue is kept; the lightness is moved until
/// text in the colour and text on the colour reach a contrast of 4.5 (7 in the high contrast theme). What is
/// not a colour gives Belde's own.
pub fn theme_css(brand_hex: &str) -> String {
    let brand = Lab::from_hex(brand_hex.trim())
        .or_else(|| Lab::from_hex(DEFAULT_BRAND))
        .expect("the default is a colour");
    let normal = declarations(brand, &LIGHT, &DARK);
    let contrast = declarations(brand, &CONTRAST_LIGHT, &CONTRAST_DARK);
    format!(
        ":root{{{normal}}}\n:root[data-theme=contrast]{{{contrast}}}\n\
         @media (prefers-contrast:more){{:root[data-theme=auto]{{{contrast}}}}}\n"
    )
}

fn declarations(brand: Lab, light: &Palette, dark: &Palette) -> String {
    let (on_light, on_dark) = (readable(brand, light), readable(brand, dark));
    format!(
        "--brand:light-dark({},{});--on-brand:light-dark({},{})",
        on_light.to_hex(),
        on_dark.to_hex(),
        text_on(on_light).to_hex(),
        text_on(on_dark).to_hex()
    )
}

/// The colour nearest in lightness that is readable on every surface of a palette.
fn readable(brand: Lab, palette: &Palette) -> Lab {
    let paper = lab(palette.paper);
    let fits = |candidate: &Lab| {
        let tint = candidate.mix(paper, TINT);
        [paper, lab(palette.ground), lab(palette.sunk), tint]
            .iter()
            .all(|under| candidate.contrast(*under) >= palette.wanted)
    };
    let step = if palette.is_dark { 0.01 } else { -0.01 };
    // At most a hundred steps from any lightness to black or white.
    (0..=100)
        .map(|count| brand.with_lightness((brand.l + step * f64::from(count)).clamp(0.0, 1.0)))
        .find(fits)
        .unwrap_or(lab(if palette.is_dark { (1.0, 0.0, 0.0) } else { (0.0, 0.0, 0.0) }))
}

/// White or near-black, whichever reads better on a colour.
fn text_on(colour: Lab) -> Lab {
    let (white, black) = (lab((1.0, 0.0, 0.0)), lab((0.16, 0.01, 250.0)));
    if colour.contrast(white) >= colour.contrast(black) { white } else { black }
}

fn lab((lightness, chroma, hue): (f64, f64, f64)) -> Lab {
    Lab::from_lch(lightness, chroma, hue)
}

#[cfg(test)]
mod tests;

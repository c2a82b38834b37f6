//! Colour arithmetic: sRGB, OKLab, contrast (WCAG 2.2). Pure numbers; which colours there are stands in `css/tokens.css`.

/// A colour in OKLab: lightness 0 to 1, two opponent axes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Lab {
    pub l: f64,
    pub a: f64,
    pub b: f64,
}

impl Lab {
    /// From lightness 0 to 1, chroma and hue in degrees, as CSS `oklch()` writes them.
    pub(crate) fn from_lch(l: f64, chroma: f64, hue: f64) -> Self {
        let (sin, cos) = hue.to_radians().sin_cos();
        Self { l, a: chroma * cos, b: chroma * sin }
    }

    /// Reads `#rrggbb`; anything else is `None`.
    pub(crate) fn from_hex(hex: &str) -> Option<Self> {
        let digits = hex.strip_prefix('#')?;
        if digits.len() != 6 || !digits.is_ascii() {
            return None;
        }
        let channel =
            |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).ok().map(|byte| f64::from(byte) / 255.0);
        Some(Self::from_linear([decode(channel(0)?), decode(channel(2)?), decode(channel(4)?)]))
    }

    /// As `#rrggbb`, the nearest displayable colour of the same lightness and hue.
    pub(crate) fn to_hex(self) -> String {
        let [r, g, b] =
            self.in_gamut().linear().map(|channel| (encode(channel.clamp(0.0, 1.0)) * 255.0).round() as u8);
        format!("#{r:02x}{g:02x}{b:02x}")
    }

    pub(crate) fn with_lightness(self, l: f64) -> Self {
        Self { l, ..self }
    }

    /// `share` (0 to 1) of `other` mixed into `self`, as CSS `color-mix(in oklab, …)` does.
    pub(crate) fn mix(self, other: Self, share: f64) -> Self {
        let blend = |mine: f64, theirs: f64| mine * (1.0 - share) + theirs * share;
        Self { l: blend(self.l, other.l), a: blend(self.a, other.a), b: blend(self.b, other.b) }
    }

    /// Contrast ratio between 1 and 21 (WCAG 2.2, 1.4.3), whichever of the two is lighter.
    pub(crate) fn contrast(self, other: Self) -> f64 {
        let (one, two) = (self.luminance(), other.luminance());
        (one.max(two) + 0.05) / (one.min(two) + 0.05)
    }

    fn luminance(self) -> f64 {
        let [r, g, b] = self.in_gamut().linear().map(|channel| channel.clamp(0.0, 1.0));
        0.2126 * r + 0.7152 * g + 0.0722 * b
    }

    /// Takes chroma away until a screen can show the colour.
    fn in_gamut(self) -> Self {
        let shows = |colour: Self| colour.linear().iter().all(|channel| (-0.0005..=1.0005).contains(channel));
        let steps = 64;
        (0..=steps)
            .map(|step| 1.0 - f64::from(step) / f64::from(steps))
            .map(|keep| Self { l: self.l, a: self.a * keep, b: self.b * keep })
            .find(|colour| shows(*colour))
            .unwrap_or(Self { l: self.l.clamp(0.0, 1.0), a: 0.0, b: 0.0 })
    }

    /// Björn Ottosson's matrices for OKLab and linear sRGB.
    fn linear(self) -> [f64; 3] {
        let l = (self.l + 0.396_337_777_4 * self.a + 0.215_803_757_3 * self.b).powi(3);
        let m = (self.l - 0.105_561_345_8 * self.a - 0.063_854_172_8 * self.b).powi(3);
        let s = (self.l - 0.089_484_177_5 * self.a - 1.291_485_548 * self.b).powi(3);
        [
            4.076_741_662_1 * l - 3.307_711_591_3 * m + 0.230_969_929_2 * s,
            -1.268_438_004_6 * l + 2.609_757_401_1 * m - 0.341_319_396_5 * s,
            -0.004_196_086_3 * l - 0.703_418_614_7 * m + 1.707_614_701 * s,
        ]
    }

    fn from_linear([r, g, b]: [f64; 3]) -> Self {
        let l = (0.412_221_470_8 * r + 0.536_332_536_3 * g + 0.051_445_992_9 * b).cbrt();
        let m = (0.211_903_498_2 * r + 0.680_699_545_1 * g + 0.107_396_956_6 * b).cbrt();
        let s = (0.088_302_461_9 * r + 0.281_718_837_6 * g + 0.629_978_700_5 * b).cbrt();
        Self {
            l: 0.210_454_255_3 * l + 0.793_617_785 * m - 0.004_072_046_8 * s,
            a: 1.977_998_495_1 * l - 2.428_592_205 * m + 0.450_593_709_9 * s,
            b: 0.025_904_037_1 * l + 0.782_771_766_2 * m - 0.808_675_766 * s,
        }
    }
}

/// sRGB transfer function, to linear light.
fn decode(channel: f64) -> f64 {
    if channel <= 0.040_45 { channel / 12.92 } else { ((channel + 0.055) / 1.055).powf(2.4) }
}

fn encode(linear: f64) -> f64 {
    if linear <= 0.003_130_8 { linear * 12.92 } else { 1.055 * linear.powf(1.0 / 2.4) - 0.055 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colour_survives_the_way_there_and_back() {
        for hex in ["#000000", "#ffffff", "#0b5c91", "#b3261e", "#7f7f7f", "#00ff00"] {
            assert_eq!(Lab::from_hex(hex).map(Lab::to_hex).as_deref(), Some(hex));
        }
    }

    #[test]
    fn what_is_not_a_colour_is_refused() {
        for text in ["", "#", "0b5c91", "#0b5c9", "#0b5c911", "#gggggg", "#ğğğ", "red"] {
            assert_eq!(Lab::from_hex(text), None, "{text}");
        }
    }

    #[test]
    fn contrast_is_that_of_the_standard() {
        let (black, white) = (Lab::from_lch(0.0, 0.0, 0.0), Lab::from_lch(1.0, 0.0, 0.0));
        assert!((black.contrast(white) - 21.0).abs() < 0.01);
        assert!((white.contrast(white) - 1.0).abs() < 0.001);
        let grey = Lab::from_hex("#767676").expect("a colour");
        assert!((grey.contrast(white) - 4.54).abs() < 0.01, "the well-known border grey");
    }

    #[test]
    fn a_colour_no_screen_can_show_keeps_its_lightness() {
        let hex = Lab::from_lch(0.6, 0.4, 150.0).to_hex();
        let shown = Lab::from_hex(&hex).expect("a colour");
        assert!((shown.l - 0.6).abs() < 0.02, "{hex}");
    }

    #[test]
    fn a_mix_lies_between_its_parts() {
        let (black, white) = (Lab::from_lch(0.0, 0.0, 0.0), Lab::from_lch(1.0, 0.0, 0.0));
        assert!((black.mix(white, 0.88).l - 0.88).abs() < 1e-9);
    }
}

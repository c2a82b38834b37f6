//! What the parts of a duty's wording are worth, and how the worths are chosen. What was found in a clause is `index`'s.

use super::index::Support;

/// What the parts of the wording are worth, where a word of a keyword that stands whole in the clause is worth 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weights {
    /// A stem of a title.
    pub title: f32,
    /// A stem of a text.
    pub text: f32,
    /// A stem of a phrase that does not stand in the clause as a whole.
    pub loose: f32,
    /// What each further word of a phrase that does stand there adds to the worth of all its words.
    pub gain: f32,
    /// The words around the clause (headings, the sentence that opens the list).
    pub context: f32,
    /// How much more a rare stem is worth than a common one.
    pub rarity: f32,
    /// How much of the score comes from words that are only kin to the wording, 0 to 1.
    pub kin: f32,
}

impl Weights {
    /// Those in use, chosen on the five regulations of the profiles.
    pub const SHIPPED: Self =
        Self { title: 1.0, text: 0.6, loose: 0.6, gain: 0.25, context: 0.1, rarity: 1.5, kin: 0.3 };

    /// All words worth alike: where choosing starts.
    const EVEN: Self =
        Self { title: 1.0, text: 1.0, loose: 1.0, gain: 0.0, context: 0.0, rarity: 1.0, kin: 0.0 };

    /// Weights chosen one after the other, from all words being worth alike, by how well they agree.
    pub fn chosen(agree: impl Fn(Self) -> f64) -> Self {
        let steps: [fn(Self) -> [Self; 2]; 6] = [
            |now| [Self { rarity: 1.5, ..now }, Self { rarity: 2.0, ..now }],
            |now| [Self { gain: 0.25, ..now }, Self { gain: 0.5, ..now }],
            |now| [Self { loose: 0.6, ..now }, Self { loose: 0.3, ..now }],
            |now| [Self { text: 0.6, ..now }, Self { text: 0.3, ..now }],
            |now| [Self { context: 0.1, ..now }, Self { context: 0.2, ..now }],
            |now| [Self { kin: 0.3, ..now }, Self { kin: 0.5, ..now }],
        ];
        let (mut best, mut most) = (Self::EVEN, agree(Self::EVEN));
        for step in steps {
            for tried in step(best) {
                let found = agree(tried);
                if found > most {
                    (best, most) = (tried, found);
                }
            }
        }
        best
    }

    /// The worth of the best of the reasons.
    pub fn worth(&self, support: Support) -> f32 {
        let whole = match support.longest {
            0 => 0.0,
            words => 1.0 + self.gain * (words - 1) as f32,
        };
        let parts =
            [(support.in_title, self.title), (support.in_text, self.text), (support.in_keyword, self.loose)];
        parts.into_iter().filter(|(is_there, _)| *is_there).map(|(_, worth)| worth).fold(whole, f32::max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_reason_counts_and_a_whole_phrase_counts_by_its_length() {
        let weights = Weights { title: 0.9, loose: 0.5, gain: 0.25, ..Weights::SHIPPED };
        let loose = Support { in_keyword: true, ..Support::default() };
        assert!((weights.worth(loose) - 0.5).abs() < 1e-6);
        assert!((weights.worth(Support { in_title: true, ..loose }) - 0.9).abs() < 1e-6);
        assert!((weights.worth(Support { longest: 3, ..loose }) - 1.5).abs() < 1e-6);
        assert!(weights.worth(Support::default()).abs() < 1e-6);
    }

    #[test]
    fn choosing_keeps_what_agrees_better_and_nothing_else() {
        let chosen = Weights::chosen(|tried| f64::from(tried.gain - tried.loose));
        assert_eq!(chosen, Weights { gain: 0.5, loose: 0.3, ..Weights::EVEN });
        assert_eq!(Weights::chosen(|_| 1.0), Weights::EVEN);
    }
}

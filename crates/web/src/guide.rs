//! A person led through some pages in order, who does not leave them before the end: the set-up of a new house.

/// One step, in order.
#[derive(Debug)]
pub struct GuideStep {
    pub label: &'static str,
    /// Where the step begins; followed to look at it again.
    pub path: &'static str,
    /// Last parts of the addresses that belong to it.
    pub ends: &'static [&'static str],
}

/// The whole way.
#[derive(Debug)]
pub struct Guide {
    pub steps: &'static [GuideStep],
    /// Finds out what comes next and leads there.
    pub next: &'static str,
    /// The last step, for who leaves the ones between for later.
    pub last: &'static str,
    /// Beginnings of the addresses that may be visited on the way.
    pub within: &'static [&'static str],
}

impl Guide {
    /// Whether the address is on the way; any other leads to [`Guide::next`].
    pub fn allows(&self, path: &str) -> bool {
        let is_below = |start: &str| {
            path.strip_prefix(start).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        self.within.iter().any(|start| is_below(start))
    }

    /// Where the step before that of this address begins; the first step has none before it.
    pub fn before(&self, path: &str) -> &'static str {
        let here = self.place(path).unwrap_or(0);
        self.steps.get(here.saturating_sub(1)).map_or(self.next, |step| step.path)
    }

    fn place(&self, path: &str) -> Option<usize> {
        let end = path.rsplit('/').next().unwrap_or_default();
        self.steps.iter().position(|step| step.ends.contains(&end))
    }

    /// The steps as they are drawn on the page of this address; a page of none of them shows what is behind.
    pub fn drawn(&self, path: &str) -> Vec<ui::Step> {
        let here = self.place(path);
        let state = |place: usize| match here {
            Some(here) if place < here => ui::StepState::Done,
            Some(here) if place == here => ui::StepState::Current,
            _ => ui::StepState::Ahead,
        };
        let step = |(place, step): (usize, &GuideStep)| ui::Step {
            label: step.label.into(),
            state: state(place),
            href: (state(place) == ui::StepState::Done).then(|| step.path.into()),
        };
        self.steps.iter().enumerate().map(step).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static WAY: Guide = Guide {
        steps: &[
            GuideStep { label: "Bir", path: "/yol/bir", ends: &["bir"] },
            GuideStep { label: "İki", path: "/yol/iki", ends: &["iki"] },
        ],
        next: "/yol/devam",
        last: "/yol/iki",
        within: &["/yol"],
    };

    #[test]
    fn nobody_is_led_off_the_way() {
        assert!(WAY.allows("/yol") && WAY.allows("/yol/iki"));
        assert!(!WAY.allows("/yolcu") && !WAY.allows("/") && !WAY.allows("/yonetim"));
    }

    #[test]
    fn steps_behind_lead_back_and_steps_ahead_do_not() {
        let drawn = WAY.drawn("/yol/iki");
        assert_eq!(drawn[0].href.as_deref(), Some("/yol/bir"));
        assert_eq!((drawn[0].state, drawn[1].state), (ui::StepState::Done, ui::StepState::Current));
        assert_eq!((WAY.before("/yol/iki"), WAY.before("/yol/bir")), ("/yol/bir", "/yol/bir"));
        assert!(WAY.drawn("/yol/devam").iter().all(|step| step.state == ui::StepState::Ahead));
    }
}

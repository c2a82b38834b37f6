//! Duties of pictures: they can be read as well as seen, and no number breaks the drawing.

use crate::*;
use page_check::fragment;

#[test]
fn a_bar_stays_in_its_drawing_and_its_number_is_written() {
    let bar = |share| Bar { label: "Zabıta".into(), share, text: "16".into(), ..Bar::default() };
    let html = bar_list("Talepler", &[bar(0.5), bar(7.0), bar(-1.0), bar(f64::NAN), bar(f64::INFINITY)])
        .into_string();
    assert_eq!(fragment(&html), Vec::<String>::new());
    let widths: Vec<&str> = html
        .split("\" x=\"0\" y=\"0\" width=\"")
        .skip(1)
        .map(|part| part.split('"').next().unwrap_or(""))
        .collect();
    assert_eq!(widths, ["100", "50.0", "100", "100.0", "100", "0.0", "100", "0.0", "100", "0.0"]);
    assert!(html.contains("<caption>Talepler</caption>") && html.contains("<td class=\"c-num\">16</td>"));
}

#[test]
fn a_line_of_any_numbers_is_drawn_inside_its_frame() {
    for values in [vec![], vec![5.0], vec![3.0, 3.0, 3.0], vec![1.0, f64::NAN, 9.0], vec![-1e300, 1e300]] {
        let html = sparkline(&Sparkline { label: "Gidiş".into(), values: values.clone() }).into_string();
        assert!(
            html.contains("aria-label=\"Gidiş\"") && !html.contains("NaN") && !html.contains("inf"),
            "{values:?}: {html}"
        );
        assert_eq!(html.contains("<circle"), !values.is_empty());
    }
    let rising = sparkline(&Sparkline { label: "Gidiş".into(), values: vec![0.0, 10.0] }).into_string();
    assert!(rising.contains("points=\"3.0,24.0 117.0,4.0\""), "{rising}");
}

#[test]
fn a_meter_says_in_words_what_it_shows() {
    let html = meter(&Meter { share: 1.4, text: "Süre 10 dakika aşıldı.".into(), late: true }).into_string();
    assert_eq!(fragment(&html), Vec::<String>::new());
    assert!(html.contains("<p>Süre 10 dakika aşıldı.</p>") && html.contains("class=\"meter is-late\""));
    assert!(html.contains("width=\"100.0\""), "more than all is all");
}

#[test]
fn a_key_figure_leads_to_its_list() {
    let late = KeyFigure {
        value: "3".into(),
        label: "Geciken".into(),
        href: Some("/geciken".into()),
        late: true,
        ..KeyFigure::default()
    };
    let html = key_figures(&[late]).into_string();
    assert!(html.contains("<li class=\"is-late\">") && html.contains("<a href=\"/geciken\">Geciken</a>"));
}

fn month_of(offset: u8, days: u8) -> CalendarMonth {
    let day =
        |number| CalendarDay { number, today: number == 2, free: number == 1, ..CalendarDay::default() };
    CalendarMonth {
        title: "Kasım 2026".into(),
        offset,
        days: (1..=days).map(day).collect(),
        ..CalendarMonth::default()
    }
}

#[test]
fn a_month_is_whole_weeks_beginning_on_monday() {
    for (offset, days, weeks) in [(0, 28, 4), (6, 30, 6), (3, 31, 5), (13, 30, 6)] {
        let html = calendar_month(&month_of(offset, days)).into_string();
        assert_eq!(fragment(&html), Vec::<String>::new());
        assert_eq!(html.matches("<tr>").count(), weeks + 1, "{offset} {days}");
        assert_eq!(html.matches("<td").count(), weeks * 7, "every week has seven places");
        assert!(html.contains("title=\"Pazartesi\""));
    }
}

#[test]
fn today_and_free_days_are_said_in_words_too() {
    let mut month = month_of(0, 3);
    month.days[0].note = "Yılbaşı".into();
    month.days[2].entries =
        vec![CalendarEntry { label: "Kabul".into(), href: Some("/k".into()), tone: Tone::Doing }];
    let html = calendar_month(&month).into_string();
    assert!(html.contains("2<span class=\"visually-hidden\"> (bugün)</span>"));
    assert!(html.contains("<td class=\"is-free\">") && html.contains("Yılbaşı"));
    assert!(html.contains("<li class=\"state is-doing\"><a href=\"/k\">Kabul</a></li>"));
}

#[test]
fn a_tree_folds_without_script_and_ends_however_deep_it_is() {
    let mut node = TreeNode { label: "dip".into(), ..TreeNode::default() };
    for depth in 0..40 {
        node = TreeNode {
            label: format!("düzey {depth}"),
            children: vec![node],
            open: true,
            ..TreeNode::default()
        };
    }
    let html = tree("Teşkilat", &[node]).into_string();
    assert_eq!(fragment(&html), Vec::<String>::new());
    assert!(html.matches("<details").count() == 12 && !html.contains("dip"));
    assert!(
        html.contains("<summary><span class=\"visually-hidden\">düzey 39, altındakiler</span></summary>")
    );
}

#[test]
fn steps_say_which_are_done_and_where_one_is() {
    let step = |label: &str, state, href: Option<&str>| Step {
        label: label.into(),
        state,
        href: href.map(String::from),
    };
    let html = stepper(&[
        step("Bir", StepState::Done, Some("/1")),
        step("İki", StepState::Current, None),
        step("Üç", StepState::Ahead, None),
    ])
    .into_string();
    assert_eq!(fragment(&html), Vec::<String>::new());
    assert!(html.contains("<a href=\"/1\">Bir</a><span class=\"visually-hidden\"> (tamamlandı)</span>"));
    assert_eq!(html.matches("aria-current=\"step\"").count(), 1);
}

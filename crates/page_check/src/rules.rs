//! The rules, each a few lines: what a page must have and what must never be seen in one.

use std::collections::{HashMap, HashSet};

use crate::parse::{Element, Parsed};
use ui::names;

/// Languages a page may be in: Turkish, and the public pages' translations.
const LANGUAGES: [&str; 3] = ["tr", "en", "ar"];
/// Words that reach a page only when something was formatted by mistake.
const BETRAYALS: [&str; 6] = ["null", "None", "undefined", "NaN", "[object Object]", "Some("];
/// A paragraph ends before these, whatever its author thinks.
const BLOCKS: [&str; 16] = [
    "p", "div", "ul", "ol", "dl", "table", "form", "section", "h1", "h2", "h3", "h4", "fieldset", "nav",
    "details", "pre",
];

/// What only a whole page has.
pub(super) fn whole_page(page: &Parsed, faults: &mut Vec<String>) {
    if !page.has_doctype {
        faults.push("the page does not begin with <!DOCTYPE html>".into());
    }
    match page.named("html").next().and_then(|(_, html)| html.attribute("lang")) {
        Some(lang) if LANGUAGES.contains(&lang) => {}
        other => faults.push(format!("<html> has lang {other:?}")),
    }
    let headings: Vec<usize> = page.named("h1").map(|(at, _)| at).collect();
    let [heading] = headings[..] else {
        faults.push(format!("the page has {} h1, not one", headings.len()));
        return;
    };
    // The count beside a heading changes; the title would then change with every record.
    let heading = page.text(heading, &|element| element.has_class("count"));
    let title = page.named("title").next().map(|(at, _)| page.text(at, &|_| false)).unwrap_or_default();
    let bare = title.strip_prefix("Hata: ").unwrap_or(&title);
    if heading.is_empty() || !bare.starts_with(&heading) {
        faults.push(format!("the title “{title}” does not begin with the h1 “{heading}”"));
    }
    if page.named("main").count() != 1 {
        faults.push("the page has not exactly one main".into());
    }
}

/// What holds for any part of a page.
pub(super) fn every_part(page: &Parsed, faults: &mut Vec<String>) {
    ids(page, faults);
    for (index, element) in page.elements.iter().enumerate() {
        inline_code(element, faults);
        nesting(page, index, faults);
        controls(page, index, faults);
        links(page, index, faults);
        if element.name == "th"
            && !matches!(element.attribute("scope"), Some("col" | "row" | "colgroup" | "rowgroup"))
        {
            faults.push(format!("a th without scope: “{}”", page.text(index, &|_| false)));
        }
        if element.name == "table" && !is_of_the_house(page, index) {
            faults.push(format!("{} is not drawn by ui::table or one of its pictures", element.label()));
        }
        if element.name == "table" && !page.inside(index).iter().any(|at| page.elements[*at].name == "th") {
            faults.push(format!("{} has no header cell", element.label()));
        }
        if element.name == "img" && element.attribute("alt").is_none() {
            faults.push(format!("{} has no alt", element.label()));
        }
        if element.name == "form" {
            form(page, index, faults);
        }
    }
    words(page, faults);
}

/// Tables that are pictures or a sheet of keys say so; every other one stands directly in its named region.
fn is_of_the_house(page: &Parsed, index: usize) -> bool {
    let table = &page.elements[index];
    if ["bars", "month-days", "keys"].iter().any(|class| table.has_class(class)) {
        return true;
    }
    table.has_class("rows")
        && page.parent(index).is_some_and(|around| {
            around.has_class("scroll")
                && around.attribute("role") == Some("region")
                && around.attribute("tabindex") == Some("0")
                && around.attribute("aria-label").is_some_and(|label| !label.trim().is_empty())
        })
}

fn ids(page: &Parsed, faults: &mut Vec<String>) {
    let mut seen: HashMap<&str, u32> = HashMap::new();
    for id in page.elements.iter().filter_map(|element| element.attribute("id")) {
        *seen.entry(id).or_default() += 1;
    }
    faults.extend(
        seen.iter()
            .filter(|(_, count)| **count > 1)
            .map(|(id, count)| format!("id “{id}” is used {count} times")),
    );
    faults.extend(
        seen.keys()
            .filter(|id| id.is_empty() || id.contains(char::is_whitespace))
            .map(|id| format!("“{id}” is not an id")),
    );
    for element in &page.elements {
        for key in
            ["for", "aria-labelledby", "aria-describedby", "aria-controls", "popovertarget", "form", "list"]
        {
            let Some(value) = element.attribute(key) else { continue };
            for id in value.split_whitespace().filter(|id| !seen.contains_key(id)) {
                faults.push(format!("{} points with {key} to “{id}”, which is not there", element.label()));
            }
        }
    }
}

fn inline_code(element: &Element, faults: &mut Vec<String>) {
    let label = element.label();
    for (key, value) in &element.attributes {
        if key == "style" || (key.starts_with("on") && key.len() > 2) {
            faults.push(format!("{label} has an inline {key}"));
        }
        if value.trim_start().to_ascii_lowercase().starts_with("javascript:") {
            faults.push(format!("{label} has script in {key}"));
        }
    }
    if element.name == "style" || (element.name == "script" && element.attribute("src").is_none()) {
        faults.push(format!("an inline <{}>", element.name));
    }
    let loads = matches!(element.name.as_str(), "script" | "img" | "link" | "iframe" | "source");
    let address = element.attribute("src").or_else(|| element.attribute("href")).unwrap_or_default();
    if loads && (address.starts_with("http:") || address.starts_with("https:") || address.starts_with("//")) {
        faults.push(format!("{label} loads from another host"));
    }
}

/// What a browser would take apart, or a screen reader could not reach.
fn nesting(page: &Parsed, index: usize, faults: &mut Vec<String>) {
    let element = &page.elements[index];
    let Some(parent) = page.parent(index) else { return };
    let mut outer = page.ancestors(index).skip(1);
    let name = element.name.as_str();
    if BLOCKS.contains(&name) && page.ancestors(index).skip(1).any(|above| above.name == "p") {
        faults.push(format!("{} stands in a paragraph", element.label()));
    }
    if name == "form" && outer.by_ref().any(|above| above.name == "form") {
        faults.push(format!("{} stands in another form", element.label()));
    }
    let is_pressed = |element: &Element| matches!(element.name.as_str(), "a" | "button");
    if is_pressed(element) && page.ancestors(index).skip(1).any(is_pressed) {
        faults.push(format!("{} stands in another link or button", element.label()));
    }
    let homes: &[&str] = match name {
        "li" => &["ul", "ol", "menu"],
        "tr" => &["thead", "tbody", "tfoot"],
        "td" | "th" => &["tr"],
        "dt" | "dd" => &["dl", "div"],
        "option" => &["select", "optgroup", "datalist"],
        "legend" => &["fieldset"],
        "summary" => &["details"],
        _ => return,
    };
    if !homes.contains(&parent.name.as_str()) {
        faults.push(format!("<{name}> stands in <{}>", parent.name));
    }
}

fn controls(page: &Parsed, index: usize, faults: &mut Vec<String>) {
    let element = &page.elements[index];
    let kind = element.attribute("type").unwrap_or("text");
    let asks = match element.name.as_str() {
        "input" => !matches!(kind, "hidden" | "submit" | "button" | "reset" | "image"),
        "select" | "textarea" => true,
        _ => false,
    };
    if !asks {
        return;
    }
    let labelled = element.attribute("aria-label").is_some_and(|label| !label.trim().is_empty())
        || element.attribute("aria-labelledby").is_some()
        || page.ancestors(index).skip(1).any(|above| above.name == "label")
        || element
            .attribute("id")
            .is_some_and(|id| page.named("label").any(|(_, label)| label.attribute("for") == Some(id)));
    if !labelled {
        faults.push(format!("{} has no label", element.label()));
    }
}

fn links(page: &Parsed, index: usize, faults: &mut Vec<String>) {
    let element = &page.elements[index];
    let is_link = element.name == "a";
    if !is_link && element.name != "button" {
        return;
    }
    let named = ["aria-label", "aria-labelledby", "title"]
        .iter()
        .any(|key| element.attribute(key).is_some_and(|text| !text.is_empty()));
    if !named && page.text(index, &|inner| inner.attribute("aria-hidden") == Some("true")).is_empty() {
        faults.push(format!("{} has no text", element.label()));
    }
    if is_link && matches!(element.attribute("href"), None | Some("" | "#")) {
        faults.push(format!("{} leads nowhere: “{}”", element.label(), page.text(index, &|_| false)));
    }
    if element.name == "button" && !matches!(element.attribute("type"), Some("submit" | "button")) {
        faults.push(format!("{} does not say whether it submits", element.label()));
    }
}

fn form(page: &Parsed, index: usize, faults: &mut Vec<String>) {
    let element = &page.elements[index];
    let label = element.label();
    if element.attribute("action").is_none_or(str::is_empty) {
        faults.push(format!("{label} has no action"));
    }
    match element.attribute("method") {
        Some("get" | "dialog") => {}
        Some("post") => {
            let guarded = page.inside(index).into_iter().map(|at| &page.elements[at]).any(|inner| {
                inner.attribute("name") == Some(names::CSRF)
                    && inner.attribute("value").is_some_and(|value| !value.is_empty())
            });
            if !guarded {
                faults.push(format!("{label} posts without a {} field", names::CSRF));
            }
        }
        other => faults.push(format!("{label} has method {other:?}")),
    }
}

/// Words seen by people: no trace of a programming language, no date in machine form.
fn words(page: &Parsed, faults: &mut Vec<String>) {
    let quiet: HashSet<&str> = HashSet::from(["script", "style", "code", "pre", "textarea"]);
    let Some(root) = (!page.elements.is_empty()).then_some(0) else { return };
    let roots = std::iter::once(root)
        .chain((1..page.elements.len()).filter(|at| page.elements[*at].parent.is_none()));
    for at in roots {
        let text = page.text(at, &|element| quiet.contains(element.name.as_str()));
        for word in BETRAYALS.iter().filter(|word| has_word(&text, word)) {
            faults.push(format!("the text says “{word}”: …{}…", around(&text, word)));
        }
        if let Some(date) = iso_date(&text) {
            faults.push(format!("a date in machine form: {date}"));
        }
    }
}

fn has_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        !before.is_some_and(char::is_alphanumeric)
            && (word.ends_with('(') || !after.is_some_and(char::is_alphanumeric))
    })
}

fn around<'a>(text: &'a str, word: &str) -> &'a str {
    let at = text.find(word).unwrap_or(0);
    let start = text[..at].char_indices().rev().nth(20).map_or(0, |(start, _)| start);
    let end = text[at..].char_indices().nth(40).map_or(text.len(), |(end, _)| at + end);
    &text[start..end]
}

/// Finds `2026-11-22` standing alone.
fn iso_date(text: &str) -> Option<&str> {
    let bytes = text.as_bytes();
    let shape = b"0000-00-00";
    (0..bytes.len().saturating_sub(shape.len() - 1)).find_map(|at| {
        let window = &bytes[at..at + shape.len()];
        let fits = window
            .iter()
            .zip(shape)
            .all(|(byte, want)| if *want == b'0' { byte.is_ascii_digit() } else { byte == want });
        let free = |byte: Option<&u8>| !byte.is_some_and(|byte| byte.is_ascii_digit() || *byte == b'-');
        (fits
            && free(at.checked_sub(1).and_then(|before| bytes.get(before)))
            && free(bytes.get(at + shape.len())))
        .then(|| &text[at..at + shape.len()])
    })
}

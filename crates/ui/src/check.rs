//! The duties every page has, checked on its text: language, heading, labels, ids, forms, words that betray a fault.
//! For tests only (feature `check`); needs no browser. What only a browser can see (colour, focus) is axe's work.

mod parse;
mod rules;
#[cfg(test)]
mod tests;

/// Checks a complete page; each line names one fault and where it is. An empty answer is a good page.
pub fn page(html: &str) -> Vec<String> {
    let parsed = parse::parse(html);
    let mut faults = parsed.faults.clone();
    rules::whole_page(&parsed, &mut faults);
    rules::every_part(&parsed, &mut faults);
    faults
}

/// Checks a part of a page (an htmx answer, a component): everything but what only a whole page has.
pub fn fragment(html: &str) -> Vec<String> {
    let parsed = parse::parse(html);
    let mut faults = parsed.faults.clone();
    rules::every_part(&parsed, &mut faults);
    faults
}

//! The duties every page has, checked on its text: language, heading, labels, ids, forms, words that betray a fault.
//! For tests only (feature `check`); needs no browser. What only a browser can see (colour, focus) is axe's work.

mod parse;
mod rules;
#[cfg(test)]
mod tests;

/// Names and values that a browser sends when the form with this action is submitted as it stands, without a button.
pub fn sent_by(html: &str, action: &str) -> Vec<(String, String)> {
    let parsed = parse::parse(html);
    let form = parsed.named("form").find(|(_, form)| form.attribute("action") == Some(action));
    let Some((form, _)) = form else { return Vec::new() };
    let mut sent = Vec::new();
    for index in parsed.inside(form) {
        let element = &parsed.elements[index];
        let Some(name) = element.attribute("name") else { continue };
        let own = || element.attribute("value").unwrap_or_default().to_owned();
        let value = match (element.name.as_str(), element.attribute("type").unwrap_or("text")) {
            ("input", "submit" | "button" | "file") => continue,
            ("input", "checkbox" | "radio") if element.attribute("checked").is_none() => continue,
            ("input", _) => own(),
            ("textarea", _) => parsed.text(index, &|_| false),
            ("select", _) => {
                let options: Vec<_> =
                    parsed.inside(index).into_iter().map(|at| &parsed.elements[at]).collect();
                let chosen = options.iter().find(|option| option.attribute("selected").is_some());
                let chosen = chosen.or(options.iter().find(|option| option.name == "option"));
                chosen.and_then(|option| option.attribute("value")).unwrap_or_default().to_owned()
            }
            _ => continue,
        };
        sent.push((name.to_owned(), value));
    }
    sent
}

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

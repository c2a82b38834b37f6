//! The duties every page has, checked on its text: language, heading, labels, ids, forms, words that betray a fault.
//! For tests only: the product never parses its own pages. Needs no browser. What only a browser can see (colour, focus) is axe's work.

mod parse;
mod rules;
#[cfg(test)]
mod tests;

/// A form of a page, as a browser would send it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentForm {
    pub action: String,
    /// `get` or `post`.
    pub method: String,
    pub is_multipart: bool,
    /// What is sent without a pressed button.
    pub fields: Vec<SentField>,
    /// Name and value of every button that has a name, also of buttons that stand elsewhere and name the form.
    pub buttons: Vec<(String, String)>,
}

/// A field with what stands in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentField {
    pub name: String,
    pub value: String,
    /// The type of an `input`, else `textarea` or `select`.
    pub kind: String,
}

/// Every form of the page.
pub fn forms(html: &str) -> Vec<SentForm> {
    let parsed = parse::parse(html);
    let found = parsed.named("form").map(|(at, form)| {
        let own = |name: &str| form.attribute(name).unwrap_or_default().to_owned();
        let is_outside = |index: &usize| {
            let named = parsed.elements[*index].attribute("form");
            named.is_some() && named == form.attribute("id")
        };
        let mut inside = parsed.inside(at);
        inside.sort_unstable();
        inside.extend((0..parsed.elements.len()).filter(is_outside));
        SentForm {
            action: own("action"),
            method: own("method").to_lowercase(),
            is_multipart: own("enctype") == "multipart/form-data",
            fields: inside.iter().filter_map(|index| sent_field(&parsed, *index)).collect(),
            buttons: inside.iter().filter_map(|index| button(&parsed.elements[*index])).collect(),
        }
    });
    found.collect()
}

fn button(element: &parse::Element) -> Option<(String, String)> {
    let is_button = element.name == "button";
    let name = element.attribute("name").filter(|_| is_button)?;
    Some((name.to_owned(), element.attribute("value").unwrap_or_default().to_owned()))
}

/// What a control sends; a box that is not ticked and a file that is not chosen send nothing.
fn sent_field(parsed: &parse::Parsed, index: usize) -> Option<SentField> {
    let element = &parsed.elements[index];
    let name = element.attribute("name")?;
    let kind = element.attribute("type").unwrap_or("text");
    let own = || element.attribute("value").unwrap_or_default().to_owned();
    let (kind, value) = match (element.name.as_str(), kind) {
        ("input", "submit" | "button" | "file") => return None,
        ("input", "checkbox" | "radio") if element.attribute("checked").is_none() => return None,
        ("input", kind) => (kind, own()),
        ("textarea", _) => ("textarea", parsed.text(index, &|_| false)),
        ("select", _) => {
            let options: Vec<_> = parsed.inside(index).into_iter().map(|at| &parsed.elements[at]).collect();
            let chosen = options.iter().find(|option| option.attribute("selected").is_some());
            let chosen = chosen.or(options.iter().find(|option| option.name == "option"));
            let value = chosen.and_then(|option| option.attribute("value"));
            ("select", value.unwrap_or_default().to_owned())
        }
        _ => return None,
    };
    Some(SentField { name: name.to_owned(), value, kind: kind.to_owned() })
}

/// Names and values that a browser sends when the form with this action is submitted as it stands, without a button.
pub fn sent_by(html: &str, action: &str) -> Vec<(String, String)> {
    let form = forms(html).into_iter().find(|form| form.action == action);
    let fields = form.into_iter().flat_map(|form| form.fields);
    fields.map(|field| (field.name, field.value)).collect()
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

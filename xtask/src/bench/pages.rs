//! What there is to measure, found as a person would: the menu, the lists behind it, every filter and sort they offer
//! with values that occur, the next page, one record. Reads the HTML by its attributes and knows no list by name.

use super::client::{Client, escape};
use crate::shell::Result;

/// One thing to ask for, over and over.
#[derive(Clone, Debug)]
pub struct Case {
    /// Path of the list it belongs to.
    pub list: String,
    /// "state=active, -name".
    pub what: String,
    pub path: String,
}

/// A list and what it offers.
#[derive(Debug)]
pub struct List {
    pub path: String,
    /// Filters with one or two values that rows have.
    pub filters: Vec<(String, Vec<String>)>,
    /// Field names, `-` before descending ones.
    pub sorts: Vec<String>,
    pub has_search: bool,
    /// Address of a record's page.
    pub record: Option<String>,
}

/// Options of one filter that are looked at to find the fullest and the emptiest.
const MOST_OPTIONS: usize = 40;

/// Paths in the menu of whoever is signed in.
pub fn menu(client: &mut Client) -> Result<Vec<String>> {
    let page = client.get("/")?.text();
    let nav = page.split("<nav").nth(1).and_then(|rest| rest.split("</nav>").next()).unwrap_or("");
    let mut paths: Vec<String> =
        values(nav, "href").into_iter().filter(|path| path.starts_with('/') && path.len() > 1).collect();
    paths.sort();
    paths.dedup();
    Ok(paths)
}

/// The list at this path; `None` when another kind of page is there.
pub fn list(client: &mut Client, path: &str) -> Result<Option<List>> {
    let answer = client.get(path)?;
    let page = answer.text();
    let Some(form) = part(&page, "<form class=\"filters", "</form>") else { return Ok(None) };
    let mut found = List {
        path: path.to_owned(),
        filters: Vec::new(),
        sorts: Vec::new(),
        has_search: form.contains("name=\"ara\""),
        record: None,
    };
    let rows = part(&page, "<tbody", "</tbody>").unwrap_or("");
    let of_list = format!("{path}/");
    found.record = values(rows, "href").into_iter().find(|href| href.starts_with(&of_list));
    for href in values(&page, "href") {
        let sort = href.split(['?', '&']).find_map(|pair| pair.strip_prefix("sirala="));
        for sort in sort.into_iter().flat_map(|it| [it.trim_start_matches('-').to_owned()]) {
            if !found.sorts.contains(&sort) {
                found.sorts.extend([sort.clone(), format!("-{sort}")]);
            }
        }
    }
    let form = form.to_owned();
    for select in form.split("<select").skip(1) {
        let select = select.split("</select>").next().unwrap_or("");
        let Some(name) = values(select, "name").into_iter().next() else { continue };
        let options = values(select, "value").into_iter().filter(|value| !value.is_empty());
        let options: Vec<String> = options.take(MOST_OPTIONS).collect();
        let chosen = fullest_and_emptiest(client, path, &name, &options)?;
        found.filters.push((name, chosen));
    }
    let texts = form.split("<input").skip(1).filter(|input| input.contains("type=\"text\""));
    let names: Vec<String> = texts.filter_map(|input| values(input, "name").into_iter().next()).collect();
    for name in names {
        let chosen = typed_value(client, rows_of(&page), &name)?;
        if let Some(value) = chosen {
            found.filters.push((name, vec![value]));
        }
    }
    Ok(Some(found))
}

fn rows_of(page: &str) -> &str {
    part(page, "<tbody", "</tbody>").unwrap_or("")
}

/// Two options that rows have: the one with most and the one with fewest of them.
fn fullest_and_emptiest(
    client: &mut Client,
    path: &str,
    name: &str,
    options: &[String],
) -> Result<Vec<String>> {
    let mut counted = Vec::new();
    for option in options {
        let page = client.get(&format!("{path}?{name}={}", escape(option)))?.text();
        let count = rows_of(&page).matches("<tr").count();
        if count > 0 {
            counted.push((total(&page).unwrap_or(count), option.clone()));
        }
    }
    counted.sort();
    let mut chosen: Vec<String> = counted.pop().map(|(_, option)| option).into_iter().collect();
    chosen.extend(counted.into_iter().next().map(|(_, option)| option));
    Ok(chosen)
}

/// "25 / 1.000+ kayıt" is 1001, so that a count that stopped is the largest.
fn total(page: &str) -> Option<usize> {
    let text = page.split(" kayıt").next()?.rsplit(" / ").next()?;
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    Some(digits.parse::<usize>().ok()? + usize::from(text.ends_with('+')))
}

/// What a person would type into a filter without choices: a day that a row shows, or the number of a record.
fn typed_value(client: &mut Client, rows: &str, name: &str) -> Result<Option<String>> {
    if name.ends_with("_bas") || name.ends_with("_son") {
        let day = values(rows, "datetime").into_iter().next();
        return Ok(day.and_then(|iso| iso.get(..10).map(str::to_owned)));
    }
    // A reference with too many records to choose from: the people of the town have these numbers.
    let page = client.get("/ara?q=1005")?.text();
    Ok(page.contains("1005").then(|| "1005".to_owned()))
}

impl List {
    /// Everything offered: alone, sorted, filtered, filtered and sorted, searched, the next page.
    pub fn cases(&self, client: &mut Client, is_whole: bool) -> Result<Vec<Case>> {
        let mut cases = vec![self.case("all", "")];
        let page = client.get(&self.path)?.text();
        if let Some(next) = values(&page, "href").into_iter().find(|href| href.contains("sonra=")) {
            cases.push(Case { list: self.path.clone(), what: "next page".into(), path: next });
        }
        for sort in &self.sorts {
            cases.push(self.case(&format!("sort {sort}"), &format!("sirala={sort}")));
        }
        for (name, values) in &self.filters {
            for value in values {
                let filter = format!("{name}={}", escape(value));
                cases.push(self.case(&format!("{name}={}", short(value)), &filter));
                let sorts = self.sorts.iter().filter(|_| is_whole);
                cases.extend(sorts.map(|sort| {
                    self.case(
                        &format!("{name}={} sort {sort}", short(value)),
                        &format!("{filter}&sirala={sort}"),
                    )
                }));
            }
        }
        if self.has_search {
            for text in ["ahmet", "ahmet demir", "a", "a d", "1005", "yokboyle"] {
                cases.push(self.case(&format!("search “{text}”"), &format!("ara={}", escape(text))));
            }
        }
        Ok(cases)
    }

    fn case(&self, what: &str, query: &str) -> Case {
        let path = if query.is_empty() { self.path.clone() } else { format!("{}?{query}", self.path) };
        Case { list: self.path.clone(), what: what.to_owned(), path }
    }
}

fn short(value: &str) -> &str {
    if value.len() == 36 { &value[28..] } else { value }
}

/// The text from `begin` to `end`, without `end`.
pub fn part<'a>(page: &'a str, begin: &str, end: &str) -> Option<&'a str> {
    let start = page.find(begin)?;
    let length = page[start..].find(end)?;
    Some(&page[start..start + length])
}

/// All values of an attribute, unescaped.
pub fn values(html: &str, attribute: &str) -> Vec<String> {
    let begin = format!(" {attribute}=\"");
    html.split(&begin).skip(1).filter_map(|rest| rest.split('"').next()).map(unescape).collect()
}

pub fn unescape(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&amp;", "&")
}

/// Names and present values of a form's fields, as a browser would send them.
pub fn fields(form: &str) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for (place, _) in form.match_indices('<') {
        let Some(tag) = form[place..].split('>').next() else { continue };
        let name = values(tag, "name").into_iter().next();
        let Some(name) = name.filter(|_| !tag.starts_with("<button")) else { continue };
        let rest = &form[place + tag.len()..];
        let value = if tag.starts_with("<select") {
            let options = rest.split("</select>").next().unwrap_or("");
            let chosen = options.split("<option").find(|option| option.contains(" selected"));
            chosen.and_then(|option| values(option, "value").into_iter().next()).unwrap_or_default()
        } else if tag.starts_with("<textarea") {
            unescape(rest.trim_start_matches('>').split("</textarea>").next().unwrap_or(""))
        } else if (tag.contains("type=\"checkbox\"") || tag.contains("type=\"radio\""))
            && !tag.contains(" checked")
        {
            continue;
        } else {
            values(tag, "value").into_iter().next().unwrap_or_default()
        };
        all.push((name, value));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_read_as_a_browser_would_send_it() {
        let form = "<form><input type=\"hidden\" name=\"csrf\" value=\"a&amp;b\"><input type=\"checkbox\" name=\"x\" value=\"1\">\
                    <select name=\"s\"><option value=\"1\">a</option><option value=\"2\" selected>b</option></select>\
                    <textarea name=\"t\">çok &lt;</textarea><button name=\"b\" value=\"1\">x</button></form>";
        let sent: Vec<(String, String)> = fields(form);
        let sent: Vec<(&str, &str)> =
            sent.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(sent, [("csrf", "a&b"), ("s", "2"), ("t", "çok <")]);
    }

    #[test]
    fn a_count_that_stopped_is_larger_than_the_last_one_counted() {
        assert_eq!(total("<p>25 / 1.000+ kayıt</p>"), Some(1_001));
        assert_eq!(total("<p>4 / 4 kayıt</p>"), Some(4));
        assert_eq!(total("<p>yok</p>"), None);
    }
}

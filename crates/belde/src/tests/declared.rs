//! What kinds declare of their own fields and states, so that a name mistyped in a declaration is found before a person misses
//! a question or a button.

use kernel::record::Kind;

/// Stands for the files that are sent along with a new record.
const FILES: &str = "dosya";

fn states(kind: &Kind) -> Vec<&'static str> {
    let choices = kind.field("state").map(kernel::record::Field::choices).unwrap_or_default();
    choices.iter().map(|choice| choice.code).collect()
}

#[test]
fn groups_series_and_states_of_every_kind_name_what_the_kind_has() {
    let registry = crate::capabilities::registry();
    let mut wrong = Vec::new();
    for kind in registry.kinds() {
        let has = |name: &str| kind.field(name).is_some() || (name == FILES && kind.first_files.is_some());
        let grouped: Vec<&str> = kind.groups.iter().flat_map(|group| group.fields.iter().copied()).collect();
        wrong.extend(
            grouped.iter().filter(|name| !has(name)).map(|name| format!("{}: group {name}", kind.id)),
        );
        let twice = grouped.iter().enumerate().filter(|(place, name)| grouped[..*place].contains(name));
        wrong.extend(twice.map(|(_, name)| format!("{}: {name} is in two groups", kind.id)));
        if let Some(series) = kind.series {
            let named = [series.first].into_iter().chain(series.kept.iter().copied());
            wrong.extend(named.filter(|name| !has(name)).map(|name| format!("{}: series {name}", kind.id)));
            let is_there = series.verb.is_none_or(|verb| kind.verb(verb).is_some());
            wrong.extend((!is_there).then(|| format!("{}: the verb of its series", kind.id)));
        }
        let unread = kind.read_first.iter().filter(|name| !has(name));
        wrong.extend(unread.map(|name| format!("{}: read first {name}", kind.id)));
        let known = states(kind);
        let named = kind.editable_in.iter().chain(kind.editable_with.iter().map(|(state, _)| state));
        let unknown = named.filter(|state| !known.contains(*state));
        wrong.extend(unknown.map(|state| format!("{}: editable in {state}", kind.id)));
        for (from, state) in kind.begun_from {
            let is_there = registry.kind(from).is_some_and(|from| states(&from).contains(state));
            wrong.extend((!is_there).then(|| format!("{}: begun from {from} in {state}", kind.id)));
        }
        for field in kind.fields.iter().filter(|field| field.called.is_some()) {
            let (column, labels) = field.called.unwrap_or_default();
            let choices = kind.field(column).map(kernel::record::Field::choices).unwrap_or_default();
            let unknown = labels.iter().filter(|(value, _)| choices.iter().all(|one| one.code != *value));
            wrong.extend(unknown.map(|(value, _)| format!("{}: {} called by {value}", kind.id, field.name)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

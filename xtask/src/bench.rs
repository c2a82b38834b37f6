//! `cargo xtask bench`: the figures of docs/benchmarks.md, measured over HTTP on the release binary with the demo town
//! at three sizes on both databases. Nothing here is a test: a figure never fails the build.

mod acts;
mod client;
mod examples;
mod intake;
mod journal;
mod load;
mod pages;
mod peer;
mod reading;
mod report;
mod texts;
mod town;

use crate::shell::{self, Result};
use crate::suite::postgres;
use load::Figures;
use report::{Line, Report};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::{Duration, Instant};
use town::{Place, SIZES, Size, Town};

struct Options {
    sizes: Vec<Size>,
    databases: Vec<&'static str>,
    only: String,
    /// The capability that is to be large, when the others need not be; empty for all.
    large: String,
    seconds: f64,
    is_fresh: bool,
    has_peer: bool,
    /// Where the peers of `bench/peer/*/setup.sh` listen, if they do.
    rt: Option<SocketAddr>,
    ocs: Option<SocketAddr>,
    mayan: Option<SocketAddr>,
    binary: Option<PathBuf>,
    texts: Option<PathBuf>,
    /// Lines that the journal is measured with.
    lines: u64,
}

/// Runs with the rest of the command line.
pub fn run(args: &[String]) -> Result<bool> {
    let options = options(args)?;
    // It needs neither the program nor a town.
    if options.only == "journal" {
        println!("{}", journal::run(options.lines)?);
        return Ok(true);
    }
    let binary = match &options.binary {
        Some(binary) => binary.clone(),
        None => built()?,
    };
    let server = if options.databases.contains(&"postgres") { Some(postgres::durable()?) } else { None };
    let mut report = Report::new(&binary);
    for size in &options.sizes {
        for database in &options.databases {
            let began = Instant::now();
            let large: String =
                options.large.chars().map(|letter| if letter == '-' { '_' } else { letter }).collect();
            let name = format!("belde_bench_{}{large}", size.name);
            let folder = format!("{}-{database}{}", size.name, options.large);
            let folder = shell::target_dir().join("bench").join(folder);
            let is_fresh = options.is_fresh || !folder.join("made").exists();
            if options.is_fresh {
                let _ = std::fs::remove_dir_all(&folder);
            }
            let url = match (&server, *database) {
                (Some(server), "postgres") => town::postgres_database(&server.url, &name, is_fresh)?,
                _ => String::new(),
            };
            let peer_server = server.as_ref().filter(|_| *database == "postgres");
            let peer_server = peer_server.map(|server| server.url.clone()).unwrap_or_default();
            let place = Place { binary: &binary, folder, database: url, large: options.large.clone() };
            measure(&options, size, database, &place, &mut report)?;
            if options.has_peer {
                let lasts = Duration::from_secs_f64(options.seconds * 10.0);
                for (what, figures) in peer::measure(size.people, &peer_server, lasts)? {
                    report.add(Line::new(size, database, peer::NAME, "/personel", what, figures));
                }
            }
            others(&options, size, &mut report)?;
            println!("{} on {database}: {} s in all\n", size.name, began.elapsed().as_secs());
            report.save()?;
        }
    }
    if wanted(&options, "regulation", "read") {
        for (name, figures) in reading::all(&binary, options.texts.as_deref())? {
            report.add(Line::of_text(&name, figures));
        }
        report.save()?;
    }
    for (name, said) in examples(&options, server.as_ref().map(|server| server.url.as_str()))? {
        report.said(&name, &said);
        report.save()?;
    }
    if wanted(&options, "journal", "lines") {
        report.said("journal", &journal::run(options.lines)?);
        report.save()?;
    }
    println!("{}", report.text());
    println!("written to {}", report.path().display());
    Ok(true)
}

/// What needs no town; the letters that are searched are as many as the documents of the largest size that was asked for.
fn examples(options: &Options, postgres: Option<&str>) -> Result<Vec<(String, String)>> {
    let folder = shell::target_dir().join("bench");
    let is_wanted = |name: &str| wanted(options, "examples", name);
    let mut databases = Vec::new();
    if is_wanted("search") {
        let file = folder.join("texts.db");
        for name in ["texts.db", "texts.db-wal", "texts.db-shm"] {
            let _ = std::fs::remove_file(folder.join(name));
        }
        for name in &options.databases {
            let _ = std::fs::remove_dir_all(folder.join(format!("texts-{name}")));
            let url = match (*name, postgres) {
                ("postgres", Some(server)) => town::postgres_database(server, "belde_bench_texts", true)?,
                _ => format!("sqlite:{}", file.display()),
            };
            databases.push((*name, url));
        }
    }
    let letters = options.sizes.iter().map(|size| size.scale * 600).max().unwrap_or_default();
    examples::run(is_wanted, &databases, letters, &folder)
}

/// The peers that somebody set up and started.
fn others(options: &Options, size: &Size, report: &mut Report) -> Result<()> {
    let lasts = Duration::from_secs_f64(options.seconds * 10.0);
    if let Some(address) = options.rt {
        for (what, figures) in peer::rt::measure(address, lasts)? {
            report.add(Line::new(size, "postgres", peer::rt::NAME, "/destek", what, figures));
        }
    }
    if let Some(address) = options.ocs {
        for (what, figures) in peer::ocs::measure(address, lasts)? {
            report.add(Line::new(size, "mariadb", peer::ocs::NAME, "agents", what, figures));
        }
    }
    if let Some(address) = options.mayan {
        for (what, figures) in peer::mayan::measure(address, lasts)? {
            report.add(Line::new(size, "postgres", peer::mayan::NAME, "/evrak", what, figures));
        }
    }
    Ok(())
}

fn options(args: &[String]) -> Result<Options> {
    let mut options = Options {
        sizes: SIZES.to_vec(),
        databases: vec!["sqlite", "postgres"],
        only: String::new(),
        large: String::new(),
        seconds: 0.5,
        is_fresh: false,
        has_peer: false,
        rt: None,
        ocs: None,
        mayan: None,
        binary: None,
        texts: None,
        lines: 1_000_000,
    };
    let mut rest = args.iter();
    while let Some(name) = rest.next() {
        let mut value = || rest.next().cloned().ok_or_else(|| format!("{name} needs a value"));
        match name.as_str() {
            "--size" => {
                let wanted = value()?;
                options.sizes.retain(|size| size.name == wanted);
            }
            "--database" => {
                let wanted = value()?;
                options.databases.retain(|known| wanted == "both" || *known == wanted);
            }
            "--only" => options.only = value()?,
            "--large" => options.large = value()?,
            "--seconds" => options.seconds = value()?.parse().map_err(|_| "--seconds needs a number")?,
            "--quick" => options.seconds = 0.15,
            "--peer" => options.has_peer = true,
            "--rt" => options.rt = Some(value()?.parse().map_err(|_| "--rt needs an address and a port")?),
            "--ocs" => options.ocs = Some(value()?.parse().map_err(|_| "--ocs needs an address and a port")?),
            "--mayan" => {
                options.mayan = Some(value()?.parse().map_err(|_| "--mayan needs an address and a port")?);
            }
            "--fresh" => options.is_fresh = true,
            "--lines" => options.lines = value()?.parse().map_err(|_| "--lines needs a number")?,
            "--texts" => options.texts = Some(value()?.into()),
            "--binary" => options.binary = Some(value()?.into()),
            other => return Err(format!("bench does not know `{other}`")),
        }
    }
    if options.sizes.is_empty() || options.databases.is_empty() {
        return Err("--size is 10k, 100k or 1m; --database is sqlite, postgres or both".into());
    }
    Ok(options)
}

fn built() -> Result<PathBuf> {
    let mut build = shell::cargo();
    build.args(["build", "--release", "--locked", "-p", "belde"]);
    if !shell::succeeds(&mut build)? {
        return Err("the release build failed".into());
    }
    Ok(shell::target_dir().join("release/belde"))
}

fn measure(options: &Options, size: &Size, database: &str, place: &Place, report: &mut Report) -> Result<()> {
    println!("{} events, {} people, {database}", size.events, size.people);
    let town = place.open(size)?;
    std::thread::sleep(Duration::from_secs(2));
    report.town(size, database, &town);
    let admin = acts::sign_in(town.address, "yonetici")?;
    // A server that has just started opens its connections to the database with the first requests.
    load::pages(town.address, &admin, &["/".to_owned()], 8, Duration::from_secs(1))?;
    // A town just made is put into the index of texts, which would be measured with whatever is measured meanwhile.
    let indexed = timed(&town, || texts::wait(town.address, &admin))?;
    if wanted(options, "texts", "index made") {
        report.add(Line::new(size, database, "-", "texts", "index made", indexed));
    }
    let is_whole = size.name == "1m";
    let mut people = Vec::new();
    for (who, is_full) in [("yonetici", is_whole), ("sorumlu", false)] {
        let session = if who == "yonetici" { admin.clone() } else { acts::sign_in(town.address, who)? };
        let mut client = client::Client::new(town.address);
        client.headers.clone_from(&session);
        for path in pages::menu(&mut client)? {
            let Some(list) = pages::list(&mut client, &path)? else { continue };
            if list.path.ends_with("/personel") && people.is_empty() {
                people = records(&mut client, &list)?;
            }
            let cases = list.cases(&mut client, is_full)?;
            for case in cases.iter().filter(|case| wanted(options, &case.list, &case.what)) {
                let figures = timed(&town, || {
                    load::pages(town.address, &session, std::slice::from_ref(&case.path), 8, lasts(options))
                })?;
                report.add(Line::new(size, database, who, &case.list, &case.what, figures));
            }
            let record = list.record.as_slice();
            for (asking, what) in [(8, "record"), (1, "record, one asks")] {
                if record.is_empty() || !wanted(options, &list.path, what) {
                    continue;
                }
                let figures =
                    timed(&town, || load::pages(town.address, &session, record, asking, lasts(options)))?;
                report.add(Line::new(size, database, who, &list.path, what, figures));
            }
        }
    }
    papers(options, (size, database), &town, &admin, report)?;
    acts(options, (size, database), &town, &admin, &people, report)?;
    intake(options, (size, database), &town, &admin, report)?;
    report.memory(size, database, &town);
    Ok(())
}

/// The texts searched by who sees all and by a director, and a letter as PDF.
fn papers(
    options: &Options,
    (size, database): (&Size, &str),
    town: &Town,
    admin: &str,
    report: &mut Report,
) -> Result<()> {
    let lasts = Duration::from_secs_f64(options.seconds * 4.0);
    if wanted(options, "texts", "search") {
        for (who, connections) in [("yonetici", 1), ("sorumlu", 1), ("yonetici", 8), ("sorumlu", 8)] {
            let session = acts::sign_in(town.address, who)?;
            for (class, figures) in texts::measure(town.address, &session, connections, lasts)? {
                let what = format!("search, {class}, {connections} connections");
                report.add(Line::new(size, database, who, "texts", &what, figures));
            }
        }
    }
    let mut client = client::Client::new(town.address);
    client.headers = admin.to_owned();
    let letter = pages::list(&mut client, "/yazilar")?.and_then(|list| list.record);
    let paper = letter.filter(|_| wanted(options, "texts", "letter as PDF"));
    for (path, connections) in paper.iter().flat_map(|path| [(path, 1), (path, 8)]) {
        let path = format!("{path}/pdf");
        let figures = timed(town, || {
            load::pages(town.address, admin, std::slice::from_ref(&path), connections, lasts)
        })?;
        let what = format!("letter as PDF, {connections} connections");
        report.add(Line::new(size, database, "yonetici", "texts", &what, figures));
    }
    Ok(())
}

/// Addresses of the people on the first page, for acts that each connection does on its own record.
fn records(client: &mut client::Client, list: &pages::List) -> Result<Vec<String>> {
    let page = client.get(&list.path)?.text();
    let rows = pages::part(&page, "<tbody", "</tbody>").unwrap_or("");
    let of_list = format!("{}/", list.path);
    let mut found: Vec<String> =
        pages::values(rows, "href").into_iter().filter(|href| href.starts_with(&of_list)).collect();
    found.dedup();
    Ok(found)
}

/// Everything that is no list, as the administrator.
fn acts(
    options: &Options,
    (size, database): (&Size, &str),
    town: &Town,
    session: &str,
    people: &[String],
    report: &mut Report,
) -> Result<()> {
    let lasts = Duration::from_secs_f64(options.seconds * 4.0);
    let mut add = |what: &str, run: &dyn Fn() -> Result<Figures>| -> Result<()> {
        if wanted(options, "acts", what) {
            report.add(Line::new(size, database, "yonetici", "acts", what, timed(town, run)?));
        }
        Ok(())
    };
    add("palette search", &|| acts::palette(town.address, session, lasts))?;
    if people.is_empty() {
        return Ok(());
    }
    let token = acts::token(town.address, session)?;
    let ticket = acts::ticket(&people[0]);
    add("new ticket, 8 connections", &|| {
        acts::records(town.address, &token, "/api/v1/ticket", |_| ticket.clone(), 8, lasts)
    })?;
    for connections in [1, 8] {
        add(&format!("new document, {connections} connections"), &|| {
            acts::records(town.address, &token, "/api/v1/document", acts::document, connections, lasts)
        })?;
    }
    for connections in [1, 8] {
        add(&format!("note, {connections} connections"), &|| {
            acts::notes(town.address, session, people, connections, lasts)
        })?;
        add(&format!("edit form, {connections} connections"), &|| {
            acts::edits(town.address, session, people, connections, lasts)
        })?;
        add(&format!("API change, {connections} connections"), &|| {
            acts::api_changes(town.address, &token, people, connections, lasts)
        })?;
    }
    Ok(())
}

/// What inventory agents send, which nobody signs in for.
fn intake(
    options: &Options,
    (size, database): (&Size, &str),
    town: &Town,
    session: &str,
    report: &mut Report,
) -> Result<()> {
    let lasts = Duration::from_secs_f64(options.seconds * 4.0);
    if !["new machine", "changed machine", "unchanged machine", "switch of 20 MB"]
        .iter()
        .any(|what| wanted(options, "agents", what))
    {
        return Ok(());
    }
    let token = acts::token(town.address, session)?;
    for (name, what) in [
        ("new machine", intake::What::New),
        ("changed machine", intake::What::Changed),
        ("unchanged machine", intake::What::Same),
    ] {
        if wanted(options, "agents", name) {
            let figures = timed(town, || intake::reports(town.address, &token, what, 8, lasts))?;
            report.add(Line::new(size, database, "agent", "agents", name, figures));
        }
    }
    if wanted(options, "agents", "switch of 20 MB") {
        let figures = timed(town, || intake::switches(town.address, &token, lasts))?;
        report.add(Line::new(size, database, "agent", "agents", "switch of 20 MB", figures));
    }
    Ok(())
}

fn lasts(options: &Options) -> Duration {
    Duration::from_secs_f64(options.seconds)
}

fn wanted(options: &Options, list: &str, what: &str) -> bool {
    let name = format!("{list} {what}");
    options.only.is_empty() || options.only.split(',').any(|part| name.contains(part))
}

/// The figures with the server's processor time for one answer.
fn timed(town: &Town, run: impl FnOnce() -> Result<Figures>) -> Result<Figures> {
    let before = town.cpu();
    let mut figures = run()?;
    let used = town.cpu().saturating_sub(before);
    figures.cpu_ms = used.as_secs_f64() * 1000.0 / figures.count.max(1) as f64;
    Ok(figures)
}

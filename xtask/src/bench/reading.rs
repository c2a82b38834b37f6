//! How long `belde regulation read` takes for one text, from the start of the process to its end.

use super::load::{Figures, figures};
use crate::shell::{self, Result};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

const RUNS: usize = 20;
/// Articles of the made text; the longest of the five real ones has about as many provisions.
const ARTICLES: usize = 40;

/// Name and figures of the made text and of every text in the folder, if one is given.
pub fn all(binary: &Path, folder: Option<&Path>) -> Result<Vec<(String, Figures)>> {
    let made = shell::target_dir().join("bench/regulation.txt");
    std::fs::write(&made, text()).map_err(|error| format!("{}: {error}", made.display()))?;
    let mut files = vec![made];
    if let Some(folder) = folder {
        let entries = std::fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        let mut found: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
        found.retain(|path| {
            path.extension().is_some_and(|it| ["pdf", "docx", "txt", "md"].iter().any(|known| it == *known))
        });
        found.sort();
        files.extend(found);
    }
    files.iter().map(|file| Ok((name_of(file), read(binary, file)?))).collect()
}

fn name_of(file: &Path) -> String {
    file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

fn read(binary: &Path, file: &Path) -> Result<Figures> {
    let mut took = Vec::with_capacity(RUNS);
    let all = Instant::now();
    for _ in 0..RUNS {
        let began = Instant::now();
        let mut command = Command::new(binary);
        command.args(["regulation", "read"]).arg(file).stdout(Stdio::null()).stdin(Stdio::null());
        if !shell::succeeds(&mut command)? {
            return Err(format!("{} was not read", file.display()));
        }
        took.push(began.elapsed());
    }
    Ok(figures(took, all.elapsed()))
}

fn text() -> String {
    let mut out = String::from("BİLGİ İŞLEM MÜDÜRLÜĞÜ YÖNETMELİĞİ\n\nBİRİNCİ BÖLÜM\nAmaç, Kapsam\n\n");
    for number in 1..=ARTICLES {
        out.push_str(&format!("Görevler {number}\nMADDE {number} - (1) Müdürlüğün görevleri şunlardır:\n"));
        for letter in ["a", "b", "c", "ç", "d", "e"] {
            out.push_str(&format!(
                "{letter}) Belediyenin bilgisayar, yazıcı ve ağ donanımının bakımını yapmak, arızaları gidermek.\n"
            ));
        }
        out.push_str("(2) Bu görevler ilgili mevzuata uygun olarak yürütülür.\n\n");
    }
    out
}

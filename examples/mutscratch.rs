use mapwright::case::{self, Case, mutate::*};
use std::path::PathBuf;
fn main() {
    let t0 = std::time::Instant::now();
    let p = PathBuf::from("mappings/zendesk.yaml");
    let files = case::files(&[PathBuf::from("tests/cases/zendesk")]).unwrap();
    let cases: Vec<_> = files.iter().map(|f| (f.clone(), Case::read(f).unwrap())).collect();
    let m = cases[0].1.mapping(Some(&p)).unwrap();
    let t = Trial::new(m, cases, Default::default()).unwrap();
    println!("baseline {:?}", t0.elapsed());
    let n: usize = std::env::args().nth(1).map_or(usize::MAX, |x| x.parse().unwrap());
    let ms = t.mutants();
    let step = (ms.len() / n).max(1);
    let ms: Vec<_> = ms.into_iter().step_by(step).collect();
    let r = t.run(ms, 2, &|| {});
    let mut c = std::collections::BTreeMap::new();
    for x in &r {
        let e = c.entry(x.mutant.operator).or_insert((0, 0, 0));
        match &x.fate {
            Fate::Stillborn(_) => e.0 += 1,
            Fate::Killed(_) => e.1 += 1,
            Fate::Survived => {
                e.2 += 1;
                println!(
                    "{} {} {}: {} {:?}",
                    x.mutant.line, x.mutant.operator, x.mutant.at, x.mutant.what, x.lint
                );
            }
        }
    }
    println!("{c:?}");
    let k: usize = c.values().map(|x| x.1).sum();
    let s: usize = c.values().map(|x| x.2).sum();
    println!("{k} killed {s} survived {:.1}% {:?}", 100.0 * k as f64 / (k + s) as f64, t0.elapsed());
}

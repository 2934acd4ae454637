//! Writes programs to a directory, of all scenarios or of those whose name contains a word:
//! `cargo run -p tierproof-generator --example write_programs DIR FIRST COUNT [SCENARIO]`.

fn main() -> std::io::Result<()> {
    let mut args = std::env::args().skip(1);
    let dir = args.next().unwrap_or_else(|| "programs".into());
    let mut number = |default: u64| args.next().and_then(|a| a.parse().ok()).unwrap_or(default);
    let (first, count) = (number(0), number(100));
    let scenario = args.next();
    std::fs::create_dir_all(&dir)?;
    for seed in first..first + count {
        let program = match &scenario {
            Some(s) => tierproof_generator::of_scenario(s, seed).map(|p| p.to_string()),
            None => Some(tierproof_generator::from_seed(seed).text),
        };
        let text = program.ok_or_else(|| std::io::Error::other("no such scenario"))?;
        std::fs::write(format!("{dir}/{seed}.js"), text)?;
    }
    Ok(())
}

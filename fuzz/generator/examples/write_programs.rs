//! Writes programs to a directory: `cargo run -p tierproof-generator --example write_programs DIR FIRST COUNT`.

fn main() -> std::io::Result<()> {
    let mut args = std::env::args().skip(1);
    let dir = args.next().unwrap_or_else(|| "programs".into());
    let mut number = |default: u64| args.next().and_then(|a| a.parse().ok()).unwrap_or(default);
    let (first, count) = (number(0), number(100));
    std::fs::create_dir_all(&dir)?;
    for seed in first..first + count {
        std::fs::write(format!("{dir}/{seed}.js"), tierproof_generator::from_seed(seed).to_string())?;
    }
    Ok(())
}

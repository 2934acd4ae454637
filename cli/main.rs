//! The `tierproof` command line.
use tierproof_vm::{Engine, Options};
fn main() {
    let path = std::env::args().nth(1).unwrap();
    let source = std::fs::read(&path).unwrap();
    let code = Engine::on_big_stack(move || {
        let mut e = Engine::new(&Options { echo: Some(|l| println!("{l}")), ..Default::default() });
        match e.run(&source, &path) {
            Ok(_) => 0,
            Err(e) => {
                eprintln!("{e}");
                1
            }
        }
    });
    std::process::exit(code);
}

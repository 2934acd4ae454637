//! Prints the bytecode of a script: `cargo run -p tierproof-bytegen --example print_bytecode file.js`.

fn main() {
    for path in std::env::args().skip(1) {
        let bytes = std::fs::read(&path).expect("can't read the file");
        let result =
            tierproof_syntax::parse(&bytes, &path).and_then(|source| tierproof_bytegen::compile_all(&source));
        match result {
            Ok(program) => println!("{program}"),
            Err(e) => eprintln!("{}", e.render(false)),
        }
    }
}

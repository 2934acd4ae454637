//! `tierproof ir`: programs of the IR as JavaScript, and JavaScript as the IR. For looking at a campaign's corpus,
//! and for putting programs into one.

use std::path::PathBuf;

use tierproof_generator::ir;

use crate::{COULD_NOT_RUN, OK, files};

#[derive(clap::Args)]
pub struct Args {
    /// `.ir` files become JavaScript, others become IR
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
}

/// Prints each file in its other form.
pub fn main(args: Args) -> Result<i32, String> {
    let mut code = OK;
    for path in &args.files {
        let bytes = files::read(path)?;
        let text = String::from_utf8_lossy(&bytes);
        let converted = match path.extension().is_some_and(|e| e == "ir") {
            true => ir::text::parse(&text).map(|p| ir::lift(&p)),
            false => ir::import(&text).map(|p| p.to_string()),
        };
        match converted {
            Ok(text) => print!("{text}"),
            Err(e) => {
                eprintln!("error: {}: {e}", path.display());
                code = COULD_NOT_RUN;
            }
        }
    }
    Ok(code)
}

//! `tierproof bisect`: the rewrite of the optimiser that a divergence hangs on.

use std::path::PathBuf;

use tierproof_oracle::bisect::{Culprit, bisect};
use tierproof_oracle::matrix::Program;
use tierproof_vm::Engine;

use crate::options::{Common, combine, head_schedule};
use crate::{COULD_NOT_RUN, FOUND, OK, files};

#[derive(clap::Args)]
pub struct Args {
    /// The finding; the bad schedule stands in its first comment or in options
    file: PathBuf,
    #[command(flatten)]
    common: Common,
}

/// 0: a rewrite is named; 1: it diverges, but not by a rewrite; 3: it does not diverge.
pub fn main(args: Args) -> Result<i32, String> {
    args.common.apply_fault()?;
    let source = files::read(&args.file)?;
    let head = head_schedule(&source).transpose()?.map(|s| s.to_string()).unwrap_or_default();
    let bad = combine(&[&head, &args.common.words()])?;
    let program =
        Program { name: args.file.display().to_string(), source, defines: args.common.define.clone() };
    let mut limits = args.common.limits();
    limits.ticks = limits.ticks.or(bad.ticks);
    let b = Engine::on_big_stack(|| bisect(&program, &bad, &limits));
    let work = format!("{} rewrites, {} runs", b.rewrites, b.runs);
    Ok(match b.culprit {
        Culprit::Rewrite { id, text, alone } => {
            println!("culprit: {text}  [rewrite {:016x}]  ({work})", id.0);
            if !alone {
                println!("  it needs others: without it alone the rows still diverge");
            }
            OK
        }
        Culprit::NoRewrite => {
            println!("culprit: none of the rewrites: builder, lowering, deopt or runtime  ({work})");
            FOUND
        }
        Culprit::Agrees => {
            println!("the rows agree  ({work})");
            COULD_NOT_RUN
        }
    })
}

//! `tierproof fuzz`: a campaign of worker processes.

#[derive(clap::Args)]
pub struct Args {}
#[derive(clap::Args)]
pub struct WorkerArgs {}
pub fn main(_: Args) -> Result<i32, String> {
    Err("not yet".into())
}
pub fn worker(_: WorkerArgs) -> Result<i32, String> {
    Err("not yet".into())
}

//! [Evaluation](https://tc39.es/ecma262/#sec-runtime-semantics): the tree walk. Everything that an execution context
//! holds is in a [`Scope`], passed by reference; blocks make a new one with another lexical environment.

mod calls;
mod classes;
pub mod coroutines;
mod eval;
mod expressions;
mod functions;
mod generators;
mod literals;
mod loops;
mod patterns;
mod references;
mod scripts;
mod statements;

use coroutines::Suspender;

use crate::environments::{Env, PrivateEnv};

/// The running execution context.
#[derive(Clone)]
pub struct Scope<'y> {
    pub lexical: Env,
    pub variable: Env,
    pub private: Option<PrivateEnv>,
    pub strict: bool,
    pub body: Body<'y>,
}

/// What kind of body runs, and how it suspends.
#[derive(Clone, Copy)]
pub enum Body<'y> {
    Plain,
    Generator(&'y Suspender),
    Async(&'y Suspender),
    AsyncGenerator(&'y Suspender),
}

impl<'y> Scope<'y> {
    /// The same context in an inner lexical environment.
    pub fn within(&self, lexical: Env) -> Scope<'y> {
        Scope { lexical, ..self.clone() }
    }
}

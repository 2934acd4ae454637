//! State of one generation: choices, variables in scope with their types, cost so far.

use crate::choices::Choices;

/// What a variable mostly holds. A hint that makes programs meaningful, never a promise.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Type {
    Int,
    Number,
    String,
    Boolean,
    Object,
    Array,
    Any,
}

#[derive(Clone, Debug)]
pub struct Variable {
    pub name: String,
    pub ty: Type,
    pub constant: bool,
}

/// Where a statement is being generated.
#[derive(Clone, Copy, Debug, Default)]
pub struct Place {
    pub in_function: bool,
    pub in_loop: bool,
}

pub struct Context {
    pub choices: Choices,
    pub variables: Vec<Variable>,
    pub place: Place,
    /// Estimated iterations of the code being generated.
    pub multiplier: u32,
    /// Statements that may still be generated in the current body.
    pub budget: u32,
    names: u32,
}

impl Context {
    pub fn new(choices: Choices) -> Context {
        Context {
            choices,
            variables: Vec::new(),
            place: Place::default(),
            multiplier: 1,
            budget: 12,
            names: 0,
        }
    }
    /// A fresh name.
    pub fn name(&mut self, stem: &str) -> String {
        self.names += 1;
        format!("{stem}{}", self.names)
    }
    pub fn declare(&mut self, name: &str, ty: Type, constant: bool) {
        self.variables.push(Variable { name: name.into(), ty, constant });
    }
    /// Runs `f` in a scope of its own.
    pub fn scoped<R>(&mut self, f: impl FnOnce(&mut Context) -> R) -> R {
        let (depth, place, multiplier) = (self.variables.len(), self.place, self.multiplier);
        let r = f(self);
        self.variables.truncate(depth);
        self.place = place;
        self.multiplier = multiplier;
        r
    }
    /// A variable that mostly holds `ty`.
    pub fn variable(&mut self, ty: Type) -> Option<String> {
        let fits = |v: &Variable| ty == Type::Any || v.ty == ty || (ty == Type::Number && v.ty == Type::Int);
        let n = self.variables.iter().filter(|v| fits(v)).count() as u32;
        if n == 0 {
            return None;
        }
        let i = self.choices.below(n) as usize;
        self.variables.iter().filter(|v| fits(v)).nth(i).map(|v| v.name.clone())
    }
    /// A variable of exactly this type that may be assigned.
    pub fn assignable(&mut self, ty: Type) -> Option<String> {
        let fits = |v: &Variable| v.ty == ty && !v.constant;
        let n = self.variables.iter().filter(|v| fits(v)).count() as u32;
        if n == 0 {
            return None;
        }
        let i = self.choices.below(n) as usize;
        self.variables.iter().filter(|v| fits(v)).nth(i).map(|v| v.name.clone())
    }
    /// A warm-up count.
    pub fn warm(&mut self) -> i32 {
        *self.choices.pick(&[100, 60, 150, 40, 220, 20])
    }
}

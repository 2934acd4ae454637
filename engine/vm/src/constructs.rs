//! Constructs of the language that a function's bytecode uses, for the table of what optimising tiers
//! compile (`tierproof stats`, `tierproof test262`). `optimise` books each compile by them.

use std::collections::BTreeMap;

use tierproof_bytecode::instruction::{Opcode, decode_all};
use tierproof_bytecode::{CodeTemplate, Constant, Flow, RuntimeFunction};

/// (compiles asked for, refused) by construct.
pub type ConstructTable = BTreeMap<String, (u64, u64)>;

/// Every function counts as this.
pub const ANY: &str = "any function";

/// The constructs of a function, each once, `ANY` among them.
pub fn constructs(template: &CodeTemplate) -> Vec<&'static str> {
    let mut found = vec![ANY];
    match template.flow {
        Flow::Plain => {}
        Flow::Generator => found.push("generator"),
        Flow::Async => found.push("async function"),
        Flow::AsyncGenerator => found.push("async generator"),
    }
    if !template.handlers.is_empty() {
        found.push("exception handler");
    }
    if template.constants.iter().any(|c| matches!(c, Constant::BigInt(_))) {
        found.push("BigInt literal");
    }
    for i in decode_all(&template.bytecode) {
        let construct = match i.opcode {
            Opcode::CallRuntime => match RuntimeFunction::from_number(i.operands[0] as u32) {
                Some(f) => of_runtime_function(f),
                None => None,
            },
            opcode => of_opcode(opcode),
        };
        if let Some(c) = construct
            && !found.contains(&c)
        {
            found.push(c);
        }
    }
    found
}

fn of_opcode(opcode: Opcode) -> Option<&'static str> {
    Some(match opcode {
        Opcode::JumpLoop => "loop",
        Opcode::SwitchOnSmi => "switch table",
        Opcode::ForInPrepare => "for-in",
        Opcode::IteratorOpen => "for-of, array pattern",
        Opcode::CallWithArray | Opcode::ConstructWithArray => "spread call",
        Opcode::CreateRestParameter => "rest parameter",
        Opcode::CreateMappedArguments | Opcode::CreateUnmappedArguments => "arguments object",
        Opcode::CreateClosure => "closure",
        Opcode::CreateContext => "captured variables",
        Opcode::Construct => "new",
        Opcode::GetSuperProperty
        | Opcode::SetSuperProperty
        | Opcode::GetSuperConstructor
        | Opcode::ConstructForwardArgs => "super",
        Opcode::GetTemplateObject => "tagged template",
        Opcode::CreateRegExpLiteral => "RegExp literal",
        Opcode::DeleteProperty => "delete",
        _ => return None,
    })
}

fn of_runtime_function(f: RuntimeFunction) -> Option<&'static str> {
    use RuntimeFunction::*;
    Some(match f {
        DefineClass => "class definition",
        CopyDataProperties => "object spread",
        CopyDataPropertiesExcluding | ThrowPatternNullish => "object pattern",
        IteratorRest => "array rest pattern",
        AppendSpread => "array spread",
        PrivateGet | PrivateSet | PrivateHas | PrivateFieldAdd | PrivateMethodAdd | PrivateAccessorAdd => {
            "private name"
        }
        DelegateStep => "yield*",
        CreateDisposeStack => "using",
        ImportCall | ImportMeta => "import() and import.meta",
        DirectEval => "direct eval",
        LookupDynamic => "name under with or eval",
        _ => return None,
    })
}

/// The table as text, the constructs with refusals first.
pub fn table(counts: &ConstructTable) -> String {
    let mut rows: Vec<_> = counts.iter().collect();
    rows.sort_by_key(|(name, c)| (*name != ANY, std::cmp::Reverse(c.1), std::cmp::Reverse(c.0)));
    let mut out = format!("{:<26} {:>9} {:>9} {:>9}\n", "construct", "compiles", "refused", "compiled");
    for (name, &(asked, refused)) in rows {
        let share = 100.0 * (asked - refused) as f64 / asked.max(1) as f64;
        out.push_str(&format!("{name:<26} {asked:>9} {refused:>9} {share:>8.2}%\n"));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constructs_of_a_generator() {
        let text = "function* g(a, ...b) { for (const [x, y] of b) { try { yield* x(...y); } finally { delete a.p; } } }";
        let source = tierproof_syntax::parse(text.as_bytes(), "test.js").expect("parses");
        let program = tierproof_bytegen::compile_all(&source).expect("compiles");
        let template = program.templates.iter().find(|t| t.flow == Flow::Generator).expect("a generator");
        let found = constructs(template);
        for c in
            ["generator", "exception handler", "for-of, array pattern", "yield*", "spread call", "delete"]
        {
            assert!(found.contains(&c), "{c} in {found:?}");
        }
        assert!(!found.contains(&"private name"));
    }
}

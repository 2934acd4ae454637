//! Key properties of the code of small functions. (The full text of larger programs is in `snapshots/`.)

use tierproof_bytecode::instruction::decode_all;
use tierproof_bytecode::verify::verify;
use tierproof_bytecode::{CodeTemplate, Constant, Liveness, Opcode, Reg};
use tierproof_bytegen::{compile, compile_all, header};
use tierproof_syntax::parse;

/// Compiles `text` and returns the template of the function named `f`.
fn function(text: &str) -> CodeTemplate {
    let source = parse(text.as_bytes(), "test").unwrap_or_else(|e| panic!("{}", e.render(false)));
    let program = compile_all(&source).unwrap_or_else(|e| panic!("{}", e.render(false)));
    for t in &program.templates {
        verify(t).unwrap_or_else(|e| panic!("{e}\n{t}"));
        let h = header(&source, t.id);
        assert_eq!((&h.name, h.kind, h.length), (&t.name, t.kind, t.length));
    }
    let f: Vec<u16> = "f".encode_utf16().collect();
    program.templates.iter().find(|t| *t.name == *f).unwrap_or(&program.templates[0]).clone()
}

fn opcodes(t: &CodeTemplate) -> Vec<&'static str> {
    decode_all(&t.bytecode).map(|i| i.opcode.info().name).collect()
}

fn count(t: &CodeTemplate, opcode: Opcode) -> usize {
    decode_all(&t.bytecode).filter(|i| i.opcode == opcode).count()
}

fn text(t: &CodeTemplate) -> String {
    t.to_string().lines().filter(|l| l.trim_start().starts_with('@')).collect::<Vec<_>>().join("\n")
}

#[test]
fn arithmetic_uses_parameters_in_place() {
    let t = function("function f(a, b) { return a + b * 2 }");
    assert_eq!(opcodes(&t), ["Ldar", "MulSmi", "Add", "Return"]);
    let t = function("function f(a, b) { return a * a + b }");
    assert_eq!(opcodes(&t), ["Ldar", "Mul", "Star", "Ldar", "Add", "Return"]);
    assert_eq!(t.register_count, 1);
}

#[test]
fn operand_is_copied_when_the_other_side_assigns_it() {
    let t = function("function f(a) { return a + (a = 1) }");
    assert_eq!(opcodes(&t), ["Mov", "LdaSmi", "Star", "Add", "Return"]);
}

#[test]
fn counting_loop_has_one_back_edge_and_plain_increment() {
    let t = function("function f(n) { let s = 0; for (let i = 0; i < n; i++) s += i; return s }");
    assert_eq!(count(&t, Opcode::JumpLoop), 1);
    assert_eq!(count(&t, Opcode::ToNumeric), 0);
    assert_eq!(count(&t, Opcode::ThrowReferenceErrorIfHole), 0);
    assert_eq!(count(&t, Opcode::LdaTheHole), 0);
    assert_eq!(t.register_count, 2);
    let back = decode_all(&t.bytecode).find(|i| i.opcode == Opcode::JumpLoop).unwrap();
    let header = back.jump_target().unwrap();
    let live = Liveness::compute(&t);
    assert!(!live.live_in(header).accumulator());
    assert!(live.live_in(header).register(Reg(0)) && live.live_in(header).register(Reg(1)));
    assert!(!live.live_out(back.offset).accumulator());
}

#[test]
fn liveness_follows_branches_and_handlers() {
    let t = function("function f(a) { let x = a(); try { a(); x = 1; a(); } catch { return x } return 2 }");
    let live = Liveness::compute(&t);
    let h = t.handlers[0];
    assert!(live.live_in(h.start).register(Reg(0)), "{t}");
    assert!(!live.live_in(0).register(Reg(0)));
    assert!(!live.live_in(h.target).accumulator());
}

#[test]
fn conditions_jump_without_materialising_booleans() {
    let t = function("function f(a, b) { if (a < b && !(a == null)) return 1; return 2 }");
    assert_eq!(count(&t, Opcode::LogicalNot), 0);
    assert_eq!(count(&t, Opcode::JumpIfFalse), 1);
    assert_eq!(count(&t, Opcode::JumpIfNullish), 1);
    let t = function("function f(a) { while (a) a = a.next; return typeof a === 'object' }");
    assert_eq!(count(&t, Opcode::JumpIfToBooleanFalse), 1);
    assert_eq!(count(&t, Opcode::TestTypeOf), 1);
}

#[test]
fn unreachable_code_is_dropped() {
    let t = function("function f() { return 1; print(2) }");
    assert_eq!(opcodes(&t), ["LdaSmi", "Return"]);
    let t = function("function f(a) { while (true) { if (a()) return 1 } }");
    assert!(decode_all(&t.bytecode).last().unwrap().opcode == Opcode::JumpLoop, "{t}");
}

#[test]
fn captured_variables_live_in_contexts() {
    let t = function("function f() { let c = 0, d = 1; return () => c + d }");
    assert!(text(&t).contains("CreateContext slots: 3, kind: 0"));
    let t = function("function f(a) { return () => a }");
    assert_eq!(opcodes(&t)[..4], ["CreateContext", "PushContext", "Ldar", "StaCurrentContextSlot"]);
    let t = function("function f(a) { { let x = a; print(x) } }");
    assert_eq!(count(&t, Opcode::CreateContext), 0);
}

#[test]
fn loop_variables_are_copied_only_when_captured() {
    let plain = function("function f() { for (let i = 0; i < 3; i++) print(i) }");
    assert_eq!(count(&plain, Opcode::CreateContext), 0);
    let captured = function("function f() { for (let i = 0; i < 3; i++) print(() => i) }");
    assert_eq!(count(&captured, Opcode::CreateContext), 2);
    let constant = function("function f() { for (const i = 0; i < 3; ) print(() => i) }");
    assert_eq!(count(&constant, Opcode::CreateContext), 1);
}

#[test]
fn dead_zone_checks_only_where_needed() {
    let t = function("function f() { let x = 1; return (() => x)() + x }");
    assert_eq!(count(&t, Opcode::ThrowReferenceErrorIfHole), 0);
    let t = function("function f() { x; let x = 1; }");
    assert_eq!(count(&t, Opcode::ThrowReferenceErrorIfHole), 1);
    let t = function("function g() { return f; function f() { return x } let x }");
    assert_eq!(count(&t, Opcode::ThrowReferenceErrorIfHole), 1);
    let t = function("function f(a) { switch (a) { case 0: let x = 1; print(x); case 1: x } }");
    assert_eq!(count(&t, Opcode::ThrowReferenceErrorIfHole), 1);
    let t = function("function f(a) { for (let x of x) ; }");
    assert_eq!(count(&t, Opcode::ThrowReferenceErrorIfHole), 1);
}

#[test]
fn assignment_to_constants_throws() {
    let t = function("function f() { const x = 1; x = 2; print(3) }");
    assert!(text(&t).ends_with("ThrowConstAssign \"x\""), "{t}");
    let t = function("function f() { f = 1 }");
    assert_eq!(count(&t, Opcode::StaGlobal), 1);
    let t = function("g = function f() { f = 1 }");
    assert_eq!(opcodes(&t), ["LdaSmi", "LdaUndefined", "Return"]);
}

#[test]
fn calls_take_consecutive_registers() {
    let t = function("function f(o) { return o.m(1, o) }");
    let call = decode_all(&t.bytecode).find(|i| i.opcode == Opcode::CallProperty).unwrap();
    assert_eq!(call.operands[2], 3);
    let t = function("function f(o) { return o(...o, 1) }");
    assert_eq!(count(&t, Opcode::CallWithArray), 1);
    let t = function("function f(o) { return new o(1) }");
    assert_eq!(opcodes(&t), ["LdaSmi", "Star", "Ldar", "Construct", "Return"]);
}

#[test]
fn optional_chains_share_one_exit() {
    let t = function("function f(a) { return a?.b.c?.(1).d }");
    assert_eq!(count(&t, Opcode::JumpIfNullish), 2);
    assert_eq!(count(&t, Opcode::LdaUndefined), 1);
}

#[test]
fn literals_use_boilerplates() {
    let t = function("function f(x) { return [1, x, 'a',,] }");
    assert!(t.constants.iter().any(|c| matches!(c, Constant::ArrayBoilerplate(v) if v.len() == 4)), "{t}");
    let t = function("function f(x) { return {a: 1, b: x, __proto__: null, c: 2} }");
    assert!(t.constants.iter().any(|c| matches!(c, Constant::ObjectBoilerplate(v) if v.len() == 2)));
    assert_eq!(count(&t, Opcode::SetLiteralPrototype), 1);
    assert_eq!(count(&t, Opcode::DefineNamedOwn), 2);
}

#[test]
fn try_finally_dispatches_on_a_token() {
    let t = function("function f(g) { for (;;) { try { if (g()) break; return 1 } finally { g() } } }");
    let switch = decode_all(&t.bytecode).find(|i| i.opcode == Opcode::SwitchOnSmi).unwrap();
    assert_eq!(switch.operands[1], 3, "throw, break, return");
    assert_eq!(t.handlers.len(), 1, "only the call can throw");
    let t = function("function f(g) { try { return 1 } finally { } }");
    assert_eq!(t.handlers.len(), 0);
}

#[test]
fn leaving_a_for_of_closes_the_iterator_outside_its_handler() {
    let t = function("function f(xs) { for (const x of xs) { if (x()) return x } }");
    assert_eq!(count(&t, Opcode::IteratorClose), 2);
    for i in decode_all(&t.bytecode).filter(|i| i.opcode == Opcode::IteratorClose) {
        assert!(t.handler_for(i.offset).is_none(), "{t}");
    }
    let next = decode_all(&t.bytecode).find(|i| i.opcode == Opcode::IteratorNext).unwrap();
    assert!(t.handler_for(next.offset).is_none());
}

#[test]
fn handlers_restore_the_context() {
    let t = function("function f(g) { try { let x; g(() => x) } catch {} }");
    assert!(t.handlers[0].context.is_local(), "{t}");
    let t = function("function f(g) { try { g() } catch {} }");
    assert_eq!(t.handlers[0].context, Reg::CONTEXT);
}

#[test]
fn inner_handlers_come_first() {
    let t = function("function f(g) { try { try { g() } catch { g() } } catch { g() } }");
    assert!(t.handlers[0].end - t.handlers[0].start < t.handlers[1].end - t.handlers[1].start);
}

#[test]
fn arguments_objects() {
    let t = function("function f(a, b) { return arguments }");
    assert_eq!(t.constants[0], Constant::MappedParameters(vec![Some(1), Some(2)]));
    let t = function("function f(a, a) { return arguments }");
    assert_eq!(t.constants[0], Constant::MappedParameters(vec![None, Some(1)]));
    let t = function("function f(a) { 'use strict'; return arguments }");
    assert_eq!(count(&t, Opcode::CreateUnmappedArguments), 1);
    let t = function("function f(a = 1) { return () => arguments }");
    assert_eq!(count(&t, Opcode::CreateUnmappedArguments), 1);
    assert_eq!((t.length, t.param_count), (0, 1));
}

#[test]
fn defaults_stay_in_the_parameter() {
    let t = function("function f(a, b = 2) { return b }");
    assert_eq!(opcodes(&t), ["Ldar", "JumpIfNotUndefined", "LdaSmi", "Star", "Ldar", "Return"]);
    let t = function("function f(a = b, b) { return a }");
    assert_eq!(count(&t, Opcode::ThrowReferenceErrorIfHole), 1);
}

#[test]
fn derived_constructors_check_this() {
    let t = function("class f extends Object { constructor() { super(); this.x = 1 } }");
    assert_eq!(count(&t, Opcode::GetSuperConstructor), 1);
    assert_eq!(count(&t, Opcode::ThrowSuperAlreadyCalledIfNotHole), 1);
    assert_eq!(count(&t, Opcode::ThrowSuperNotCalledIfHole), 1);
    let t = function("class f extends Object { }");
    assert_eq!(count(&t, Opcode::ConstructForwardArgs), 1);
    let t = function("class f extends Object { constructor() { (() => super())() } }");
    assert_eq!(count(&t, Opcode::CreateContext), 1);
}

#[test]
fn classes_define_methods_and_fields() {
    let t = function("class A { a = 1; static b = 2; [c] = 3; get d() {} static e() {} }");
    let all = t.to_string();
    assert!(all.contains("DefineClass") && all.contains("SetClassInitializer"), "{t}");
    assert_eq!(count(&t, Opcode::DefineAccessor), 1);
    assert_eq!(count(&t, Opcode::CallProperty), 1, "static fields run once");
}

#[test]
fn names_come_from_their_place() {
    let names = |text: &str| -> Vec<String> {
        let source = parse(text.as_bytes(), "test").unwrap();
        (1..source.function_count())
            .map(|id| String::from_utf16_lossy(&compile(&source, id).unwrap().name))
            .collect()
    };
    assert_eq!(names("let a = () => 1, b = class {}, [c = function () {}] = [];"), ["a", "b", "c"]);
    assert_eq!(
        names("o = {x: () => 1, 'y z': () => 1, get w() {}, 1e3: () => 1}"),
        ["x", "y z", "get w", "1000"]
    );
    assert_eq!(names("(p) = () => 1; q = (() => 1); r ||= () => 1"), ["", "q", "r"]);
    assert_eq!(names("o.p = () => 1; (0, () => 1)()"), ["", ""]);
}

#[test]
fn script_declares_globals_first() {
    let t = function("var a; let b = 1; function c() {} const d = 2; { function e() {} }");
    assert_eq!(opcodes(&t)[..3], ["LdaZero", "Star", "CallRuntime"]);
    let Constant::GlobalDeclarations(list) = &t.constants[0] else { panic!("{t}") };
    let names: Vec<_> =
        list.iter().map(|d| format!("{:?} {}", d.kind, String::from_utf16_lossy(&d.name))).collect();
    assert_eq!(names, ["Var a", "Let b", "Function c", "Const d", "Var e"]);
    assert_eq!(count(&t, Opcode::StaGlobal), 2, "c, and e when its block runs");
}

#[test]
fn completion_value_is_kept_only_at_the_end() {
    let t = function("1; 2; 3");
    assert_eq!(opcodes(&t), ["LdaUndefined", "Star", "LdaSmi", "LdaSmi", "LdaSmi", "Star", "Return"]);
}

#[test]
fn directives_make_functions_strict() {
    assert!(function("function f() { 'use strict' }").strict);
    assert!(function("'use strict'; function f() {}").strict);
    assert!(!function("function f() { 'use strict'.length }").strict);
    assert!(function("class A { m() { x = { f: () => 1 } } }").strict);
    let t = function("function f(a) { 'use strict'; a.b = 1 }");
    assert!(t.slots[0].is_strict());
}

#[test]
fn wide_functions_use_wide_operands() {
    let mut body = String::new();
    for i in 0..400 {
        body += &format!("let v{i} = a.p{i}; ");
    }
    body += "return [";
    for i in 0..400 {
        body += &format!("v{i}, ");
    }
    body += "]";
    let t = function(&format!("function f(a) {{ {body} }}"));
    assert!(t.register_count >= 400);
    assert!(t.bytecode.contains(&(Opcode::Wide as u8)));
}

#[test]
fn positions_point_at_the_property() {
    let text = "function f(a) { return a.first.second(1) }";
    let t = function(text);
    let call = decode_all(&t.bytecode).find(|i| i.opcode == Opcode::CallProperty).unwrap();
    assert!(text[t.position_at(call.offset) as usize..].starts_with("second(1)"));
}

#[test]
fn destructuring_closes_iterators() {
    let t = function("function f(x) { let [a, b = x()] = x; return a }");
    assert_eq!(count(&t, Opcode::IteratorClose), 2);
    assert_eq!(t.handlers.len(), 1);
    let t = function("function f(x) { let [a, b] = x; return a }");
    assert_eq!(t.handlers.len(), 0, "nothing between the steps can throw");
    let t = function("function f(x) { let {a, ...b} = x; return b }");
    assert!(t.to_string().contains("CopyDataPropertiesExcluding"));
}

//! Statement rules: text of one statement each, in the line convention.

use crate::context::{Context, Type};
use crate::rules::{self, Kind};

impl Context {
    /// Up to `n` statements.
    pub fn statements(&mut self, n: u32) -> String {
        let mut out = String::new();
        for _ in 0..n {
            if self.budget == 0 || self.choices.exhausted() {
                break;
            }
            self.budget -= 1;
            let rule = rules::pick(self, Kind::Statement);
            let text = (rule.build)(self);
            out.push_str(text.trim_end());
            out.push('\n');
        }
        out
    }
    fn block(&mut self, n: u32) -> String {
        self.scoped(|cx| cx.statements(n))
    }
}

pub fn declare(cx: &mut Context) -> String {
    let ty = *cx.choices.pick(&[Type::Int, Type::Number, Type::String, Type::Object, Type::Array, Type::Any]);
    let init = cx.expression(ty, 2);
    let name = cx.name("v");
    let constant = cx.choices.chance(20);
    cx.declare(&name, ty, constant);
    format!("{} {name} = {init};", if constant { "const" } else { "let" })
}

pub fn assign(cx: &mut Context) -> String {
    let ty = *cx.choices.pick(&[Type::Int, Type::Number, Type::Int, Type::Any, Type::Boolean]);
    let Some(v) = cx.assignable(ty) else { return declare(cx) };
    let e = cx.expression(ty, 3);
    if ty == Type::Int || ty == Type::Number {
        let op = *cx.choices.pick(&["=", "+=", "-=", "*=", "^=", "|=", ">>>=", "%="]);
        return format!("{v} {op} {e};");
    }
    format!("{v} = {e};")
}

pub fn update(cx: &mut Context) -> String {
    match cx.assignable(Type::Int) {
        Some(v) => format!("{v}{};", cx.choices.pick(&["++", "--"])),
        None => declare(cx),
    }
}

pub fn append(cx: &mut Context) -> String {
    let Some(v) = cx.assignable(Type::String) else { return declare(cx) };
    let e = cx.atom(Type::Number);
    format!("{v} = ({v} + {e}).slice(-40);")
}

pub fn change_type(cx: &mut Context) -> String {
    let Some(v) = cx.assignable(Type::Any) else { return declare(cx) };
    let e = cx.primitive();
    format!("{v} = {e};")
}

pub fn store_property(cx: &mut Context) -> String {
    let Some(o) = cx.variable(Type::Object) else { return declare(cx) };
    let (k, e) = (cx.key(), cx.expression(Type::Any, 2));
    match cx.choices.below(6) {
        0 => format!("{o}[\"{k}\"] = {e};"),
        1 => format!("{o}.{k}++;"),
        2 => format!("{o}.{k} ??= {e};"),
        3 => format!("{o}.{k} += {};", cx.atom(Type::Int)),
        _ => format!("{o}.{k} = {e};"),
    }
}

pub fn delete_property(cx: &mut Context) -> String {
    let Some(o) = cx.variable(Type::Object) else { return declare(cx) };
    format!("delete {o}.{};", cx.key())
}

pub fn store_element(cx: &mut Context) -> String {
    let Some(a) = cx.variable(Type::Array) else { return declare(cx) };
    let (i, e) = (cx.index(1), cx.expression(Type::Any, 2));
    match cx.choices.below(8) {
        0 => format!("if ({a}.length < 20) {a}.push({e});"),
        1 => format!("{a}.pop();"),
        2 => format!("if ({a}.length < 20) {a}[{a}.length] = {e};"),
        3 => format!("{a}.length = {};", cx.choices.range(0, 6)),
        _ => format!("{a}[{i}] = {e};"),
    }
}

pub fn observe(cx: &mut Context) -> String {
    let ty = *cx.choices.pick(&[Type::Any, Type::Number, Type::Int, Type::Array, Type::Object]);
    format!("probe({});", cx.expression(ty, 2))
}

pub fn branch(cx: &mut Context) -> String {
    let c = cx.expression(Type::Boolean, 2);
    let a = cx.block(2);
    if cx.choices.chance(50) {
        let b = cx.block(2);
        return format!("if ({c}) {{\n{a}}} else {{\n{b}}}");
    }
    format!("if ({c}) {{\n{a}}}")
}

pub fn counted_loop(cx: &mut Context) -> String {
    if cx.multiplier > 60 {
        return assign(cx);
    }
    let n = cx.choices.range(2, 9);
    let i = cx.name("i");
    let step = *cx.choices.pick(&["++", " += 2", "++"]);
    let body = cx.scoped(|cx| {
        cx.declare(&i, Type::Int, true);
        cx.place.in_loop = true;
        cx.multiplier *= n as u32;
        cx.statements(3)
    });
    match cx.choices.below(4) {
        0 => format!("for (let {i} = {n}; {i}-- > 0; ) {{\n{body}}}"),
        1 => format!("for (let {i} = 0, n{i} = {n}; {i} < n{i}; {i}{step}) {{\n{body}}}"),
        _ => format!("for (let {i} = 0; {i} < {n}; {i}{step}) {{\n{body}}}"),
    }
}

pub fn for_of(cx: &mut Context) -> String {
    if cx.multiplier > 60 {
        return observe(cx);
    }
    let Some(a) = cx.variable(Type::Array) else { return declare(cx) };
    let (v, n) = (cx.name("e"), cx.name("n"));
    let body = cx.scoped(|cx| {
        cx.declare(&v, Type::Any, false);
        cx.place.in_loop = true;
        cx.multiplier *= 8;
        cx.statements(2)
    });
    format!("let {n} = 0;\nfor (let {v} of {a}) {{\nif ({n}++ > 12) break;\n{body}}}")
}

pub fn for_in(cx: &mut Context) -> String {
    if cx.multiplier > 60 {
        return observe(cx);
    }
    let Some(o) = cx.variable(Type::Object) else { return declare(cx) };
    let k = cx.name("k");
    let body = cx.scoped(|cx| {
        cx.declare(&k, Type::String, true);
        cx.place.in_loop = true;
        cx.multiplier *= 4;
        cx.statements(2)
    });
    format!("for (const {k} in {o}) {{\nprobe({k});\nprobe({o}[{k}]);\n{body}}}")
}

pub fn switch(cx: &mut Context) -> String {
    let e = cx.expression(Type::Int, 2);
    let mut out = format!("switch (({e}) & 3) {{\n");
    for i in 0..3 {
        let body = cx.block(1);
        out.push_str(&format!("case {i}: {{\n{body}}}\n"));
        if cx.choices.chance(60) {
            out.push_str("break;\n");
        }
    }
    let body = cx.block(1);
    out.push_str(&format!("default: {{\n{body}}}\n}}"));
    out
}

pub fn try_catch(cx: &mut Context) -> String {
    let a = cx.block(2);
    let c = cx.expression(Type::Boolean, 1);
    let t = match cx.choices.below(4) {
        0 => "throw new RangeError(\"r\");".to_owned(),
        1 => format!("throw {};", cx.primitive()),
        2 => "null.x;".to_owned(),
        _ => "probe(undefinedName);".to_owned(),
    };
    let e = cx.name("e");
    let b = cx.block(1);
    let finally =
        if cx.choices.chance(40) { format!("}} finally {{\n{}", cx.block(1)) } else { String::new() };
    format!("try {{\n{a}if ({c}) {{\n{t}\n}}\n}} catch ({e}) {{\nprobe(String({e}));\n{b}{finally}}}")
}

pub fn leave(cx: &mut Context) -> String {
    let c = cx.expression(Type::Boolean, 2);
    match cx.choices.below(3) {
        0 if cx.place.in_loop => format!("if ({c}) continue;"),
        1 if cx.place.in_function => format!("if ({c}) return {};", cx.atom(Type::Any)),
        _ if cx.place.in_loop => format!("if ({c}) break;"),
        _ => format!("probe({c});"),
    }
}

pub fn closure(cx: &mut Context) -> String {
    let f = cx.name("f");
    let body = cx.expression(Type::Number, 2);
    let Some(v) = cx.assignable(Type::Int) else { return declare(cx) };
    let n = cx.choices.range(1, 4);
    match cx.choices.below(3) {
        0 => format!("const {f} = (p) => p + {body};\nprobe({f}({n}));"),
        1 => format!("const {f} = () => {v}++;\nprobe({f}() + {f}());"),
        _ => format!(
            "const {f} = function (p = {n}) {{\n{v} = ({v} + p) | 0;\nreturn {body};\n}};\nprobe({f}());"
        ),
    }
}

pub fn destructure(cx: &mut Context) -> String {
    if let (Some(a), true) = (cx.variable(Type::Array), cx.choices.chance(50)) {
        let (x, y) = (cx.name("d"), cx.name("d"));
        cx.declare(&x, Type::Any, false);
        return format!("let [{x} = 1, ...{y}] = {a};\nprobe({y}.length);");
    }
    if let Some(o) = cx.variable(Type::Object) {
        let (x, r) = (cx.name("d"), cx.name("d"));
        let k = cx.key();
        cx.declare(&x, Type::Any, false);
        return format!("let {{ {k}: {x} = 2, ...{r} }} = {o};\nprobe({r});");
    }
    match (cx.assignable(Type::Int), cx.assignable(Type::Int)) {
        (Some(a), Some(b)) => format!("[{a}, {b}] = [{b}, {a}];"),
        _ => declare(cx),
    }
}

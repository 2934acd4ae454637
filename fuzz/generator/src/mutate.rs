//! Mutators: delete, copy, move in from another program, change a constant, wrap in a loop.

use crate::choices::Choices;
use crate::program::{Program, Statement};

/// Numbers at which engines change representation.
pub const NUMBERS: &[&str] = &[
    "0",
    "1",
    "-1",
    "2",
    "3",
    "7",
    "31",
    "32",
    "255",
    "1000",
    "65535",
    "65536",
    "1073741823",
    "1073741824",
    "-1073741824",
    "2147483647",
    "2147483648",
    "-2147483648",
    "-2147483649",
    "4294967295",
    "4294967296",
    "9007199254740991",
    "-9007199254740992",
    "-0",
    "0.5",
    "-1.5",
    "0.1",
    "1e21",
    "1e308",
    "5e-324",
    "NaN",
    "Infinity",
    "-Infinity",
];

/// Applies one random mutation (which may turn out to do nothing).
pub fn mutate(program: &mut Program, other: &Program, choices: &mut Choices) {
    match choices.below(6) {
        0 => at_random_list(program, choices, &mut |list, c| {
            let i = c.below(list.len() as u32) as usize;
            if !list[i].declares() {
                list.remove(i);
            }
        }),
        1 => at_random_list(program, choices, &mut |list, c| {
            let i = c.below(list.len() as u32) as usize;
            if movable(&list[i]) {
                let to = c.below(list.len() as u32 + 1) as usize;
                list.insert(to, list[i].clone());
            }
        }),
        2 => {
            let mut piece = None;
            at_random_list(&mut other.clone(), choices, &mut |list, c| {
                let s = c.pick(list);
                piece = movable(s).then(|| s.clone());
            });
            if let Some(p) = piece {
                // names of the other program may not exist here
                let guarded = Statement::Block {
                    parts: vec![
                        ("try {".into(), vec![p]),
                        ("} catch (e) {".into(), vec![Statement::Line("probe(e.name);".into())]),
                    ],
                    end: "}".into(),
                };
                at_random_list(program, choices, &mut |list, c| {
                    let to = c.below(list.len() as u32 + 1) as usize;
                    list.insert(to, guarded.clone());
                });
            }
        }
        3 | 4 => at_random_list(program, choices, &mut |list, c| {
            let i = c.below(list.len() as u32) as usize;
            if let Statement::Line(l) = &mut list[i]
                && let Some(new) = change_constant(l, c)
            {
                *l = new;
            }
        }),
        _ => at_random_list(program, choices, &mut |list, c| {
            let i = c.below(list.len() as u32) as usize;
            if movable(&list[i]) {
                let n = *c.pick(&[2, 9, 33]);
                let head = format!("for (let w = 0; w < {n}; w++) {{");
                let inner = list[i].clone();
                list[i] = Statement::Block { parts: vec![(head, vec![inner])], end: "}".into() };
            }
        }),
    }
}

fn movable(s: &Statement) -> bool {
    !s.declares() && !s.is_bound_to_place()
}

/// Runs `f` on a random non-empty statement list, outside of opaque blocks.
fn at_random_list(
    program: &mut Program,
    choices: &mut Choices,
    f: &mut dyn FnMut(&mut Vec<Statement>, &mut Choices),
) {
    fn count(list: &[Statement]) -> u32 {
        let inner: u32 = list
            .iter()
            .map(|s| match s {
                Statement::Block { parts, .. } if !s.is_opaque() => parts.iter().map(|p| count(&p.1)).sum(),
                _ => 0,
            })
            .sum();
        inner + u32::from(!list.is_empty())
    }
    fn visit(
        list: &mut Vec<Statement>,
        left: &mut u32,
        choices: &mut Choices,
        f: &mut dyn FnMut(&mut Vec<Statement>, &mut Choices),
    ) -> bool {
        if !list.is_empty() {
            if *left == 0 {
                f(list, choices);
                return true;
            }
            *left -= 1;
        }
        list.iter_mut().any(|s| {
            let opaque = s.is_opaque();
            match s {
                Statement::Block { parts, .. } if !opaque => {
                    parts.iter_mut().any(|p| visit(&mut p.1, left, choices, f))
                }
                _ => false,
            }
        })
    }
    let n = count(&program.statements);
    if n > 0 {
        let mut left = choices.below(n);
        visit(&mut program.statements, &mut left, choices, f);
    }
}

/// Replaces one number of a line, unless numbers are sizes there.
fn change_constant(line: &str, choices: &mut Choices) -> Option<String> {
    let sizes = ["Array(", "repeat", "length =", "pad", "for (", "while", "Buffer(", "fill"];
    if sizes.iter().any(|w| line.contains(w)) {
        return None;
    }
    let bytes = line.as_bytes();
    let mut places = Vec::new();
    let (mut i, mut quote) = (0, None);
    while i < bytes.len() {
        let b = bytes[i];
        match quote {
            Some(q) => {
                if b == q {
                    quote = None;
                }
                i += 1;
            }
            None if matches!(b, b'"' | b'\'' | b'`') => {
                quote = Some(b);
                i += 1;
            }
            None if b.is_ascii_alphabetic() || b == b'_' || b == b'$' => {
                while i < bytes.len()
                    && (bytes[i].is_ascii_alphanumeric() || bytes[i] == b'_' || bytes[i] == b'$')
                {
                    i += 1;
                }
            }
            None if b.is_ascii_digit() => {
                let start = i;
                while i < bytes.len() && (bytes[i].is_ascii_alphanumeric() || bytes[i] == b'.') {
                    i += 1;
                }
                let member = bytes.get(i) == Some(&b'.') || (start > 0 && bytes[start - 1] == b'.');
                let key = line[i..].trim_start().starts_with(':');
                if !member && !key {
                    places.push(start..i);
                }
            }
            None => i += 1,
        }
    }
    let place = places.get(choices.below(places.len().max(1) as u32) as usize)?.clone();
    let number = *choices.pick(NUMBERS);
    Some(format!("{}({number}){}", &line[..place.start], &line[place.end..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constants_change_outside_strings_and_names() {
        let mut c = Choices::from_bytes(&[0, 1]);
        assert_eq!(change_constant("let a1 = \"2\" + 3;", &mut c).unwrap(), "let a1 = \"2\" + (1);");
        assert!(change_constant("let a = new Array(3);", &mut c).is_none());
    }

    #[test]
    fn places_are_respected() {
        let p =
            Program::parse("for (let i = 0; i < 3; i++) {\n  if (i) break;\n  print(i);\n}\nlet x = 1;\n");
        let mut choices = Choices::from_seed(3);
        for _ in 0..500 {
            let mut q = p.clone();
            mutate(&mut q, &p, &mut choices);
            let text = q.body();
            assert!(text.matches("let x").count() <= 1, "{text}");
            // a copied `break` would have to stand in the loop that has it
            assert!(text.matches("break").count() <= 2, "{text}");
        }
    }
}

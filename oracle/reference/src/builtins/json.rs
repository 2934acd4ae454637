//! [JSON](https://tc39.es/ecma262/#sec-json-object).

use super::Answer;
use crate::agent::{Agent, Completion};
use crate::operations::Listing;
use crate::values::{Call, Key, Kind, Obj, Str, Value, number_to_string};

pub fn install(agent: &Agent, global: Obj) {
    let json = agent.make(agent.intrinsic("Object.prototype"), Kind::Ordinary);
    agent.define_value(global, "JSON", json, "wc");
    agent.define_methods(json, &[("parse", 2, parse), ("stringify", 3, stringify)]);
    agent.define_value(json, "@@toStringTag", "JSON", "c");
    agent.define_outside(json, "JSON", &["rawJSON", "isRawJSON"]);
}

/// [JSON.parse](https://tc39.es/ecma262/#sec-json.parse)
fn parse(agent: &Agent, call: &Call<'_>) -> Answer {
    let text = agent.to_string(&call.get(0))?;
    agent.looks_into(&text)?;
    let mut reader = Reader { agent, text: &text, at: 0 };
    let value = reader.document()?;
    let reviver = call.get(1);
    if !agent.is_callable(&reviver) {
        return Ok(value);
    }
    let root = agent.ordinary_object();
    agent.create_data_property_or_throw(root, &"".into(), value)?;
    internalize(agent, root, &"".into(), &reviver)
}

/// [InternalizeJSONProperty](https://tc39.es/ecma262/#sec-internalizejsonproperty). A reviver that looks at the source
/// text of its third argument is not served.
fn internalize(agent: &Agent, holder: Obj, name: &Key, reviver: &Value) -> Answer {
    agent.check_depth()?;
    let v = agent.get(holder, name)?;
    if let Value::Object(o) = v {
        let keys: Vec<Key> = if agent.is_array(&v)? {
            let length = agent.length_of_array_like(o)?;
            (0..length as u64).map(|i| Key::integer(i as f64)).collect()
        } else {
            let names = agent.enumerable_own_properties(o, Listing::Keys)?;
            let mut keys = Vec::new();
            for n in names {
                keys.push(agent.to_property_key(&n)?);
            }
            keys
        };
        for key in keys {
            let new = internalize(agent, o, &key, reviver)?;
            if new.is_undefined() {
                agent.delete(o, &key)?;
            } else {
                agent.create_data_property(o, &key, new)?;
            }
        }
    }
    let context = agent.ordinary_object();
    if v.object().is_none() {
        agent.define_unknown(context, "source", "source text of JSON".into());
    }
    agent.call(reviver, &holder.into(), &[name.clone().into(), v, context.into()])
}

/// A recursive reader of [JSON text](https://tc39.es/ecma262/#sec-parsejson).
struct Reader<'a> {
    agent: &'a Agent,
    text: &'a [u16],
    at: usize,
}

impl Reader<'_> {
    fn wrong<T>(&self) -> Completion<T> {
        Err(self.agent.syntax_error("JSON"))
    }
    fn space(&mut self) {
        while matches!(self.text.get(self.at), Some(0x20 | 0x09 | 0x0A | 0x0D)) {
            self.at += 1;
        }
    }
    fn next(&mut self) -> Option<char> {
        let c = self.text.get(self.at).and_then(|&u| char::from_u32(u32::from(u)));
        if self.at < self.text.len() {
            self.at += 1;
        }
        c
    }
    fn peek(&self) -> Option<char> {
        self.text.get(self.at).and_then(|&u| char::from_u32(u32::from(u)))
    }
    fn document(&mut self) -> Answer {
        let v = self.value()?;
        self.space();
        if self.at < self.text.len() { self.wrong() } else { Ok(v) }
    }
    fn word(&mut self, word: &str, v: Value) -> Answer {
        for c in word.chars() {
            if self.next() != Some(c) {
                return self.wrong();
            }
        }
        Ok(v)
    }
    fn value(&mut self) -> Answer {
        self.agent.step()?;
        self.agent.check_depth()?;
        self.agent.check_heap()?;
        self.space();
        match self.peek() {
            Some('n') => self.word("null", Value::Null),
            Some('t') => self.word("true", true.into()),
            Some('f') => self.word("false", false.into()),
            Some('"') => self.string().map(Value::String),
            Some('[') => self.array(),
            Some('{') => self.object(),
            _ => self.number(),
        }
    }
    fn number(&mut self) -> Answer {
        let start = self.at;
        let digits = |r: &mut Self| {
            let from = r.at;
            while r.peek().is_some_and(|c| c.is_ascii_digit()) {
                r.at += 1;
            }
            r.at - from
        };
        if self.peek() == Some('-') {
            self.at += 1;
        }
        let whole = self.at;
        let n = digits(self);
        if n == 0 || (n > 1 && self.text[whole] == u16::from(b'0')) {
            return self.wrong();
        }
        if self.peek() == Some('.') {
            self.at += 1;
            if digits(self) == 0 {
                return self.wrong();
            }
        }
        if matches!(self.peek(), Some('e' | 'E')) {
            self.at += 1;
            if matches!(self.peek(), Some('+' | '-')) {
                self.at += 1;
            }
            if digits(self) == 0 {
                return self.wrong();
            }
        }
        let text = String::from_utf16_lossy(&self.text[start..self.at]);
        Ok(Value::Number(text.parse().unwrap_or(f64::NAN)))
    }
    fn string(&mut self) -> Completion<Str> {
        self.at += 1;
        let mut out: Vec<u16> = Vec::new();
        loop {
            let Some(&u) = self.text.get(self.at) else { return self.wrong() };
            self.at += 1;
            match u {
                0x22 => return Ok(out.into()),
                0x5C => match self.next() {
                    Some('b') => out.push(8),
                    Some('f') => out.push(12),
                    Some('n') => out.push(10),
                    Some('r') => out.push(13),
                    Some('t') => out.push(9),
                    Some(c @ ('"' | '\\' | '/')) => out.push(c as u16),
                    Some('u') => {
                        let digits = self.text.get(self.at..self.at + 4).map(String::from_utf16_lossy);
                        let all = digits.filter(|d| d.chars().all(|c| c.is_ascii_hexdigit()));
                        let Some(n) = all.and_then(|d| u16::from_str_radix(&d, 16).ok()) else {
                            return self.wrong();
                        };
                        out.push(n);
                        self.at += 4;
                    }
                    _ => return self.wrong(),
                },
                0..0x20 => return self.wrong(),
                _ => out.push(u),
            }
        }
    }
    fn array(&mut self) -> Answer {
        self.at += 1;
        let array = self.agent.array_create(0.0, None)?;
        self.space();
        if self.peek() == Some(']') {
            self.at += 1;
            return Ok(array.into());
        }
        let mut n = 0.0;
        loop {
            let v = self.value()?;
            self.agent.create_data_property_or_throw(array, &Key::integer(n), v)?;
            n += 1.0;
            self.space();
            match self.next() {
                Some(',') => {}
                Some(']') => return Ok(array.into()),
                _ => return self.wrong(),
            }
        }
    }
    fn object(&mut self) -> Answer {
        self.at += 1;
        let o = self.agent.ordinary_object();
        self.space();
        if self.peek() == Some('}') {
            self.at += 1;
            return Ok(o.into());
        }
        loop {
            self.space();
            if self.peek() != Some('"') {
                return self.wrong();
            }
            let key = Key::new(self.string()?);
            self.space();
            if self.next() != Some(':') {
                return self.wrong();
            }
            let v = self.value()?;
            self.agent.create_data_property_or_throw(o, &key, v)?;
            self.space();
            match self.next() {
                Some(',') => {}
                Some('}') => return Ok(o.into()),
                _ => return self.wrong(),
            }
        }
    }
}

struct Writer<'a> {
    agent: &'a Agent,
    replacer: Option<Value>,
    names: Option<Vec<Key>>,
    gap: Vec<u16>,
    indent: Vec<u16>,
    stack: Vec<Obj>,
    out: Vec<u16>,
}

/// [JSON.stringify](https://tc39.es/ecma262/#sec-json.stringify)
fn stringify(agent: &Agent, call: &Call<'_>) -> Answer {
    let mut w = Writer {
        agent,
        replacer: None,
        names: None,
        gap: Vec::new(),
        indent: Vec::new(),
        stack: Vec::new(),
        out: Vec::new(),
    };
    let replacer = call.get(1);
    if agent.is_callable(&replacer) {
        w.replacer = Some(replacer);
    } else if let (Value::Object(list), true) = (&replacer, agent.is_array(&replacer)?) {
        w.names = Some(property_list(agent, *list)?);
    }
    let mut space = call.get(2);
    if let Value::Object(o) = space {
        let primitive = match &agent.object(o).kind {
            Kind::Primitive(p @ (Value::Number(_) | Value::String(_))) => Some(p.clone()),
            _ => None,
        };
        match primitive {
            Some(Value::Number(_)) => space = agent.to_number(&space)?.into(),
            Some(_) => space = agent.to_string(&space)?.into(),
            None => {}
        }
    }
    w.gap = match &space {
        Value::Number(_) => {
            vec![0x20; agent.to_integer_or_infinity(&space)?.clamp(0.0, 10.0) as usize]
        }
        Value::String(s) => s[..s.len().min(10)].to_vec(),
        _ => Vec::new(),
    };
    let wrapper = agent.ordinary_object();
    agent.create_data_property_or_throw(wrapper, &"".into(), call.get(0))?;
    if w.property(wrapper, &"".into())? {
        agent.made_string(w.out.len())?;
        return Ok(Value::String(w.out.into()));
    }
    Ok(Value::Undefined)
}

fn property_list(agent: &Agent, list: Obj) -> Completion<Vec<Key>> {
    let mut names: Vec<Key> = Vec::new();
    let length = agent.length_of_array_like(list)?;
    let mut k = 0.0;
    while k < length {
        let v = agent.get(list, &Key::integer(k))?;
        let item = match &v {
            Value::String(_) | Value::Number(_) => true,
            Value::Object(o) => {
                matches!(agent.object(*o).kind, Kind::Primitive(Value::Number(_) | Value::String(_)))
            }
            _ => false,
        };
        if item {
            let key = Key::new(agent.to_string(&v)?);
            if !names.contains(&key) {
                names.push(key);
            }
        }
        k += 1.0;
    }
    Ok(names)
}

impl Writer<'_> {
    fn text(&mut self, s: &str) {
        self.out.extend(s.encode_utf16());
    }

    /// [SerializeJSONProperty](https://tc39.es/ecma262/#sec-serializejsonproperty): false for undefined.
    fn property(&mut self, holder: Obj, key: &Key) -> Completion<bool> {
        let agent = self.agent;
        agent.check_depth()?;
        agent.step()?;
        let mut v = agent.get(holder, key)?;
        if matches!(v, Value::Object(_) | Value::BigInt(_)) {
            let to_json = agent.get_v(&v, &"toJSON".into())?;
            if agent.is_callable(&to_json) {
                v = agent.call(&to_json, &v, &[key.clone().into()])?;
            }
        }
        if let Some(f) = self.replacer.clone() {
            v = agent.call(&f, &holder.into(), &[key.clone().into(), v])?;
        }
        if let Value::Object(o) = v {
            let primitive = match &agent.object(o).kind {
                Kind::Primitive(p) => Some(p.clone()),
                _ => None,
            };
            match primitive {
                Some(Value::Number(_)) => v = agent.to_number(&v)?.into(),
                Some(Value::String(_)) => v = agent.to_string(&v)?.into(),
                Some(p @ (Value::Boolean(_) | Value::BigInt(_))) => v = p,
                _ => {}
            }
        }
        match &v {
            Value::Null => self.text("null"),
            Value::Boolean(b) => self.text(&b.to_string()),
            Value::String(s) => self.quote(s),
            Value::Number(n) if n.is_finite() => self.text(&number_to_string(*n)),
            Value::Number(_) => self.text("null"),
            Value::BigInt(_) => return Err(agent.type_error("BigInt in JSON")),
            Value::Object(o) if !agent.is_callable(&v) => {
                if agent.is_array(&v)? {
                    self.array(*o)?;
                } else {
                    self.object(*o)?;
                }
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// [QuoteJSONString](https://tc39.es/ecma262/#sec-quotejsonstring)
    fn quote(&mut self, s: &[u16]) {
        self.out.push(0x22);
        for c in char::decode_utf16(s.iter().copied()) {
            match c {
                Ok('\u{8}') => self.text("\\b"),
                Ok('\t') => self.text("\\t"),
                Ok('\n') => self.text("\\n"),
                Ok('\u{c}') => self.text("\\f"),
                Ok('\r') => self.text("\\r"),
                Ok('"') => self.text("\\\""),
                Ok('\\') => self.text("\\\\"),
                Ok(c) if c < ' ' => self.text(&format!("\\u{:04x}", c as u32)),
                Ok(c) => self.out.extend_from_slice(c.encode_utf16(&mut [0; 2])),
                Err(e) => self.text(&format!("\\u{:04x}", e.unpaired_surrogate())),
            }
        }
        self.out.push(0x22);
    }

    fn enter(&mut self, o: Obj) -> Completion<Vec<u16>> {
        if self.stack.contains(&o) {
            return Err(self.agent.type_error("cyclic object"));
        }
        self.stack.push(o);
        let outer = self.indent.clone();
        self.indent.extend_from_slice(&self.gap.clone());
        Ok(outer)
    }

    fn leave(&mut self, outer: Vec<u16>) {
        self.stack.pop();
        self.indent = outer;
    }

    /// What stands before a member: a comma, and a new line with a gap.
    fn separate(&mut self, first: bool, indent: &[u16]) {
        if !first {
            self.out.push(u16::from(b','));
        }
        self.line(indent);
    }

    fn line(&mut self, indent: &[u16]) {
        if !self.gap.is_empty() {
            self.out.push(u16::from(b'\n'));
            self.out.extend_from_slice(indent);
        }
    }

    /// [SerializeJSONObject](https://tc39.es/ecma262/#sec-serializejsonobject)
    fn object(&mut self, o: Obj) -> Completion<()> {
        let outer = self.enter(o)?;
        let keys = match &self.names {
            Some(names) => names.clone(),
            None => {
                let mut keys = Vec::new();
                for n in self.agent.enumerable_own_properties(o, Listing::Keys)? {
                    keys.push(self.agent.to_property_key(&n)?);
                }
                keys
            }
        };
        self.out.push(u16::from(b'{'));
        let mut first = true;
        for key in keys {
            let before = self.out.len();
            self.separate(first, &self.indent.clone());
            self.quote(&key.text());
            self.out.push(u16::from(b':'));
            if !self.gap.is_empty() {
                self.out.push(0x20);
            }
            if self.property(o, &key)? {
                first = false;
            } else {
                self.out.truncate(before);
            }
        }
        if !first {
            self.line(&outer);
        }
        self.out.push(u16::from(b'}'));
        self.leave(outer);
        Ok(())
    }

    /// [SerializeJSONArray](https://tc39.es/ecma262/#sec-serializejsonarray)
    fn array(&mut self, o: Obj) -> Completion<()> {
        let outer = self.enter(o)?;
        self.out.push(u16::from(b'['));
        let length = self.agent.length_of_array_like(o)?;
        let mut k = 0.0;
        while k < length {
            self.separate(k == 0.0, &self.indent.clone());
            if !self.property(o, &Key::integer(k))? {
                self.text("null");
            }
            k += 1.0;
        }
        if length > 0.0 {
            self.line(&outer);
        }
        self.out.push(u16::from(b']'));
        self.leave(outer);
        Ok(())
    }
}

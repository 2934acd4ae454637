//! Several realms in one isolate: making them, switching between them, and finding a function's own.
//!
//! `Isolate::realm` is the current realm, by value, so that code of an isolate with one realm pays
//! nothing. The others rest in `Isolate::realms`; a switch swaps. A FunctionData says in its flags
//! which realm it belongs to. *Invariant: machine code of functions runs only while the first realm is
//! current.* Functions of the others therefore stay in the interpreter (bailout `secondary realm`) and
//! are entered through [`switching_entry`], whoever calls them; calls out of them go through
//! [`Isolate::enter`], which switches back.
//!
//! Names, strings and well-known symbols are the same cells in all realms, as are module records.
//! Realms live as long as their isolate.

use tierproof_heap::{CellKind, FunctionDataRef, FunctionRef, ObjectRef, Value};

use crate::function::{builtin_entry, data_flags, flags};
use crate::isolate::{Entry, Isolate, JitState, JsResult, Thrown};
use crate::realm::Realm;
use crate::stack::{Frame, kind};

/// Number of a realm of an isolate; 0 is the one it was made with.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct RealmId(pub u32);

impl RealmId {
    pub const FIRST: RealmId = RealmId(0);
}

/// The realm that a function belongs to.
#[inline]
pub fn realm_of(d: FunctionDataRef) -> RealmId {
    RealmId((flags(d) >> data_flags::REALM_SHIFT) as u32)
}

/// Entry of all functions, builtins too, of realms other than the first.
pub extern "C" fn switching_entry(state: *mut JitState, fp: *mut Value) -> u64 {
    // SAFETY: `state` is the first field of a live Isolate, as for every entry.
    let cx = unsafe { &mut *(state as *mut Isolate) };
    let data = Frame::at(fp).callee().cast::<FunctionRef>().function_data();
    let inner = if flags(data) & data_flags::BUILTIN != 0 {
        builtin_entry as *const () as usize
    } else {
        cx.hooks.interpreter_entry
    };
    cx.enter_in_realm(realm_of(data), inner, fp)
}

impl Isolate {
    /// Makes `to` the current realm and returns the one that was.
    pub fn switch_realm(&mut self, to: RealmId) -> RealmId {
        let from = self.realm.id;
        if from != to {
            std::mem::swap(&mut self.realm, &mut self.realms[from.0 as usize]);
            std::mem::swap(&mut self.realm, &mut self.realms[to.0 as usize]);
            self.jit.array_iterator_next = self.realm.array_iterator_next;
        }
        from
    }

    /// Runs `f` with another realm current.
    pub fn in_realm<R>(&mut self, realm: RealmId, f: impl FnOnce(&mut Isolate) -> R) -> R {
        let back = self.switch_realm(realm);
        let result = f(self);
        self.switch_realm(back);
        result
    }

    /// A new realm, made current while `install` fills it with builtins.
    pub fn create_realm(&mut self, install: impl FnOnce(&mut Isolate)) -> RealmId {
        self.heap.pause_collection();
        if self.realms.is_empty() {
            self.realms.push(Realm::empty());
        }
        let id = RealmId(self.realms.len() as u32);
        self.realms.push(Realm::sibling(&self.realm, id));
        let back = self.switch_realm(id);
        crate::realm::create_intrinsics(self);
        install(self);
        self.switch_realm(back);
        self.heap.resume_collection();
        id
    }

    /// Jumps to an entry with the given realm current.
    fn enter_in_realm(&mut self, realm: RealmId, entry: usize, fp: *mut Value) -> u64 {
        let back = self.switch_realm(realm);
        // SAFETY: `entry` is the address of an entry of this signature, and the frame is pushed for it.
        let entry: Entry = unsafe { std::mem::transmute::<usize, Entry>(entry) };
        let result = entry(self as *mut Isolate as *mut JitState, fp);
        self.switch_realm(back);
        result
    }

    /// `enter` out of a realm that is not the first.
    #[cold]
    pub(crate) fn enter_from_secondary(&mut self, data: FunctionDataRef, fp: *mut Value) -> JsResult {
        let v = Value::from_bits(self.enter_in_realm(realm_of(data), data.entry(), fp));
        if v.is_exception() { Err(Thrown) } else { Ok(v) }
    }

    /// The realm of whoever called the running JavaScript function.
    #[cold]
    pub fn caller_realm(&mut self) -> RealmId {
        let f = Frame::at(self.jit.fp);
        if let Some(expand) = self.hooks.expand_frame
            && f.kind() == kind::OPTIMISED
            && expand(self, f.fp()).len() > 1
        {
            // inlined into its caller
            return RealmId::FIRST;
        }
        let caller = Frame::at(f.caller()).callee().try_as::<FunctionRef>();
        caller.map_or(RealmId::FIRST, |f| realm_of(f.function_data()))
    }

    /// [GetFunctionRealm](https://tc39.es/ecma262/#sec-getfunctionrealm). TypeError for a revoked proxy.
    pub fn function_realm(&mut self, o: ObjectRef) -> JsResult<RealmId> {
        let mut at = o;
        loop {
            let next = match at.kind() {
                CellKind::Function => return Ok(realm_of(at.cast::<FunctionRef>().function_data())),
                CellKind::BoundFunction => at.internal(0),
                CellKind::Proxy if at.internal(0).is_null() => {
                    return Err(self.type_error("Cannot get the realm of a proxy that has been revoked"));
                }
                CellKind::Proxy => at.internal(0),
                _ => return Ok(self.realm.id),
            };
            match next.try_as() {
                Some(o) => at = o,
                None => return Ok(self.realm.id),
            }
        }
    }

    /// The realm's counterpart of an intrinsic object of the current realm.
    pub fn intrinsic_of(&self, realm: RealmId, intrinsic: ObjectRef) -> ObjectRef {
        if realm == self.realm.id {
            return intrinsic;
        }
        let theirs = &self.realms[realm.0 as usize];
        let found = self.realm.objects().zip(theirs.objects()).find(|pair| pair.0 == intrinsic);
        found.map_or(intrinsic, |pair| pair.1)
    }

    /// Whether `v` is the %Array% of a realm other than the current one.
    pub fn is_foreign_array_constructor(&self, v: Value) -> bool {
        self.realms.iter().any(|r| r.array_constructor == v && !v.is_undefined())
    }
}

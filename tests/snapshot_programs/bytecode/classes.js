// Classes.

//# private_names
class C { #a = 1; get #b() { return #a in this; } f(o) { o.#a += this.#b; } }

//# class_with_super
class A { constructor(x) { this.x = x; } m() { return 1; } } class f extends A { constructor(a) { super(a); this.y = 1; } m() { return super.m() + this.y; } get g() { return this.x; } static s() {} }

//# empty_class
class f {}

//# class_expression_anonymous
const f = class {};

//# class_inner_name_assigned
class f { m() { f = 1; } }

//# constructor_only
class f { constructor(a, b) { this.a = a; this.b = b; } }

//# methods_of_every_place
class f { m() {} static m() {} get g() { return 1; } set g(v) {} static get g() { return 2; } static set g(v) {} }

//# string_and_number_names
class f { 'a b'() {} 1() {} 2.5() {} static 3n() {} }

//# generator_methods
class f { *g() { yield 1; } static *[Symbol.iterator]() { yield this; } }

//# constructor_called_constructor
class f { ['constructor']() { return 1; } }

//# field_without_value
class f { a; b; }

//# field_arrow
class f { a = () => this; }

//# field_computed
function f(k) { return class { [k] = 1; [k + 1]; }; }

//# field_in_derived
class f extends Array { a = this.length; constructor() { super(2); this.b = this.a; } }

//# field_odd_names
class f { get; set; static; async; 'x' = 1; 2 = 3 }

//# static_field
class f { static a = 1; static b; }

//# static_field_computed
function f(k) { return class { static [k] = k; }; }

//# static_block_locals
class f { static { var a = 1; let b = 2; function c() { return a + b; } this.d = c; } }

//# static_block_super
class f extends Array { static { super.from([]); } }

//# private_field
class f { #p = 1; m() { return this.#p; } }

//# private_field_compound
class f { #p = 1; m(o) { o.#p += 2; return this.#p ??= 3; } }

//# private_method
class f { #m(a) { return a; } n() { return this.#m(1); } }

//# private_accessors
class f { #v = 1; get #p() { return this.#v; } set #p(v) { this.#v = v; } m() { this.#p += 1; } }

//# private_setter_only
class f { set #p(v) {} m() { return this.#p; } }

//# private_static_field
class f { static #p = 1; static m() { return f.#p++; } }

//# private_static_accessor
class f { static get #p() { return 1; } static m(o) { return o.#p; } }

//# private_method_in
class f { #m() {} static is(o) { return #m in o && !(#m in f); } }

//# private_of_outer_class
class f { #p = 1; m() { return class { n(o) { return o.#p; } }; } }

//# private_destructured
class f { #p; m(a) { [this.#p] = a; ({ x: this.#p } = a); } }

//# super_method_call
class f extends Array { push(a) { return super.push(a, 1); } }

//# super_computed
class f extends Array { m(k) { super[k] = super[k + 1]; return super[k](1); } }

//# super_static
class f extends Array { static of(...a) { return super.of(...a); } }

//# super_call_in_arrow
class f extends Object { constructor() { const g = () => super(); g(); this.a = 1; } }

//# super_call_result
class f extends Object { constructor() { const a = super(); this.b = a; } }

//# super_call_with_eval
class f extends Object { constructor() { eval('super()'); } }

//# default_derived_with_fields
class f extends Object { a = 1; #b = 2; }

//# heritage_expression
function f(g) { return class extends g(1).C {}; }

//# new_target_in_constructor
class f { constructor() { this.t = new.target; } }

//# duplicate_methods
class f { a() {} a() { return 2; } static b = 1; static b() {} }

//# class_captured
function f() { const g = () => C; class C {} return g; }

//# class_static_name_method
const f = class { static name() {} };

//# class_expression_in_call
function f(g) { return g(class { static a = 1; }, class A {}); }

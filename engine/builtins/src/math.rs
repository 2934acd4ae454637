//! [The Math Object](https://tc39.es/ecma262/#sec-math).
//!
//! The kernels are pure functions on doubles, and the only implementation: the builtin functions
//! below and compiled code (through `KERNELS`) call the same ones, so that all tiers agree bit for bit.

use tierproof_heap::Value;
use tierproof_runtime::convert::{self, double_to_int32};
use tierproof_runtime::{Args, Isolate, JsResult, List, NativeFn};

use crate::install::{self, Row};

/// A kernel in the C calling convention.
#[derive(Clone, Copy)]
pub enum KernelFn {
    Unary(extern "C" fn(f64) -> f64),
    Binary(extern "C" fn(f64, f64) -> f64),
}

/// A Math function that compiled code may call directly on numbers.
pub struct Kernel {
    pub name: &'static str,
    pub function: KernelFn,
    /// The builtin that it is the numeric core of.
    pub builtin: NativeFn,
}

impl Kernel {
    pub fn address(&self) -> usize {
        match self.function {
            KernelFn::Unary(f) => f as usize,
            KernelFn::Binary(f) => f as usize,
        }
    }
    pub fn arity(&self) -> usize {
        match self.function {
            KernelFn::Unary(_) => 1,
            KernelFn::Binary(_) => 2,
        }
    }
}

/// Address of the kernel with this name.
pub fn kernel_address(name: &str) -> Option<usize> {
    KERNELS.iter().find(|k| k.name == name).map(Kernel::address)
}

/// The kernel behind a builtin's native address.
pub fn kernel_of_builtin(native: usize) -> Option<&'static Kernel> {
    KERNELS.iter().find(|k| k.builtin as usize == native)
}

macro_rules! kernels {
    ($(unary $name:ident $c:ident $builtin:ident $text:literal |$x:ident| $body:expr;)*
     ;$(binary $name2:ident $c2:ident $builtin2:ident $text2:literal |$a:ident, $b:ident| $body2:expr;)*) => {
        $(#[doc = concat!("[Math.", $text, "](https://tc39.es/ecma262/#sec-math.", $text, ") of a number.")]
        #[inline]
        pub fn $name($x: f64) -> f64 { $body }
        extern "C" fn $c(x: f64) -> f64 { $name(x) }
        #[doc = concat!("[Math.", $text, "](https://tc39.es/ecma262/#sec-math.", $text, ")")]
        fn $builtin(cx: &mut Isolate, args: Args) -> JsResult {
            Ok(Value::number($name(cx.to_number(args.get(0))?)))
        })*
        $(#[doc = concat!("[Math.", $text2, "](https://tc39.es/ecma262/#sec-math.", $text2, ") of two numbers.")]
        #[inline]
        pub fn $name2($a: f64, $b: f64) -> f64 { $body2 }
        extern "C" fn $c2(a: f64, b: f64) -> f64 { $name2(a, b) })*
        /// Every kernel.
        pub const KERNELS: &[Kernel] = &[
            $(Kernel { name: $text, function: KernelFn::Unary($c), builtin: $builtin },)*
            $(Kernel { name: $text2, function: KernelFn::Binary($c2), builtin: $builtin2 },)*
        ];
        const UNARY: &[Row] = &[$(($text, 1, $builtin)),*];
    };
}

kernels! {
    unary abs c_abs b_abs "abs" |x| x.abs();
    unary acos c_acos b_acos "acos" |x| libm::acos(x);
    unary acosh c_acosh b_acosh "acosh" |x| libm::acosh(x);
    unary asin c_asin b_asin "asin" |x| libm::asin(x);
    unary asinh c_asinh b_asinh "asinh" |x| libm::asinh(x);
    unary atan c_atan b_atan "atan" |x| libm::atan(x);
    unary atanh c_atanh b_atanh "atanh" |x| libm::atanh(x);
    unary cbrt c_cbrt b_cbrt "cbrt" |x| libm::cbrt(x);
    unary ceil c_ceil b_ceil "ceil" |x| x.ceil();
    unary clz32 c_clz32 b_clz32 "clz32" |x| (double_to_int32(x) as u32).leading_zeros() as f64;
    unary cos c_cos b_cos "cos" |x| libm::cos(x);
    unary cosh c_cosh b_cosh "cosh" |x| libm::cosh(x);
    unary exp c_exp b_exp "exp" |x| if x == 1.0 { std::f64::consts::E } else { libm::exp(x) };
    unary expm1 c_expm1 b_expm1 "expm1" |x| libm::expm1(x);
    unary floor c_floor b_floor "floor" |x| x.floor();
    unary f16round c_f16round b_f16round "f16round" |x| tierproof_runtime::typed_array::to_f16(x).to_f64();
    unary fround c_fround b_fround "fround" |x| x as f32 as f64;
    unary log c_log b_log "log" |x| libm::log(x);
    unary log10 c_log10 b_log10 "log10" |x| libm::log10(x);
    unary log1p c_log1p b_log1p "log1p" |x| libm::log1p(x);
    unary log2 c_log2 b_log2 "log2" |x| libm::log2(x);
    unary round c_round b_round "round" |x| round_half_up(x);
    unary sign c_sign b_sign "sign" |x| if x.is_nan() || x == 0.0 { x } else { 1f64.copysign(x) };
    unary sin c_sin b_sin "sin" |x| libm::sin(x);
    unary sinh c_sinh b_sinh "sinh" |x| libm::sinh(x);
    unary sqrt c_sqrt b_sqrt "sqrt" |x| x.sqrt();
    unary tan c_tan b_tan "tan" |x| libm::tan(x);
    unary tanh c_tanh b_tanh "tanh" |x| libm::tanh(x);
    unary trunc c_trunc b_trunc "trunc" |x| x.trunc();
    ;
    binary atan2 c_atan2 b_atan2 "atan2" |a, b| libm::atan2(a, b);
    binary imul c_imul b_imul "imul" |a, b| double_to_int32(a).wrapping_mul(double_to_int32(b)) as f64;
    binary max c_max b_max "max" |a, b| larger(a, b);
    binary min c_min b_min "min" |a, b| -larger(-a, -b);
    binary pow c_pow b_pow "pow" |a, b| convert::power(a, b);
}

/// Rounds to the nearest integer, ties towards +Infinity, keeping -0.
fn round_half_up(x: f64) -> f64 {
    if !x.is_finite() {
        return x;
    }
    let f = x.floor();
    (if x - f >= 0.5 { f + 1.0 } else { f }).copysign(x)
}

/// The larger of two numbers; NaN if either is, +0 over -0.
fn larger(a: f64, b: f64) -> f64 {
    if a.is_nan() || b.is_nan() {
        return f64::NAN;
    }
    if a == b {
        return if a.is_sign_negative() { b } else { a };
    }
    if a > b { a } else { b }
}

const OTHERS: &[Row] = &[
    ("atan2", 2, b_atan2),
    ("hypot", 2, b_hypot),
    ("imul", 2, b_imul),
    ("max", 2, b_max),
    ("min", 2, b_min),
    ("pow", 2, b_pow),
    ("random", 0, b_random),
];

const CONSTANTS: &[(&str, f64)] = &[
    ("E", std::f64::consts::E),
    ("LN10", std::f64::consts::LN_10),
    ("LN2", std::f64::consts::LN_2),
    ("LOG10E", std::f64::consts::LOG10_E),
    ("LOG2E", std::f64::consts::LOG2_E),
    ("PI", std::f64::consts::PI),
    ("SQRT1_2", std::f64::consts::FRAC_1_SQRT_2),
    ("SQRT2", std::f64::consts::SQRT_2),
];

pub fn install(cx: &mut Isolate) {
    let o = install::namespace(cx, "Math", UNARY);
    install::methods(cx, o, OTHERS);
    install::methods(cx, o, &[("sumPrecise", 1, sum_precise)]);
    for (name, n) in CONSTANTS {
        install::value(cx, o, name, Value::number(*n), 0);
    }
}

/// [Math.sumPrecise](https://tc39.es/ecma262/#sec-math.sumprecise)
fn sum_precise(cx: &mut Isolate, args: Args) -> JsResult {
    use xsum::Xsum;
    if args.get(0).is_nullish() {
        return Err(cx.type_error("Math.sumPrecise needs an iterable"));
    }
    let record = cx.get_iterator(args.get(0))?;
    let mut sum = xsum::XsumLarge::new();
    // sums of nothing but -0 are -0
    let (mut all_negative_zero, mut nan, mut infinities) = (true, false, [false; 2]);
    while let Some(v) = cx.iterator_step(record)? {
        cx.take_ticks(1)?;
        if !v.is_number() {
            let e = Err(cx.type_error("Math.sumPrecise takes numbers only"));
            return cx.close_on_throw(record.iterator, e);
        }
        let n = v.as_number();
        all_negative_zero &= n == 0.0 && n.is_sign_negative();
        if n.is_nan() {
            nan = true;
        } else if n.is_infinite() {
            infinities[(n < 0.0) as usize] = true;
        } else {
            sum.add(n);
        }
    }
    Ok(Value::number(match infinities {
        _ if nan => f64::NAN,
        [true, true] => f64::NAN,
        [true, false] => f64::INFINITY,
        [false, true] => f64::NEG_INFINITY,
        _ if all_negative_zero => -0.0,
        _ => sum.sum() + 0.0,
    }))
}

/// [Math.atan2](https://tc39.es/ecma262/#sec-math.atan2)
fn b_atan2(cx: &mut Isolate, args: Args) -> JsResult {
    let a = cx.to_number(args.get(0))?;
    let b = cx.to_number(args.get(1))?;
    Ok(Value::number(atan2(a, b)))
}

/// [Math.pow](https://tc39.es/ecma262/#sec-math.pow)
fn b_pow(cx: &mut Isolate, args: Args) -> JsResult {
    let a = cx.to_number(args.get(0))?;
    let b = cx.to_number(args.get(1))?;
    Ok(Value::number(pow(a, b)))
}

/// [Math.imul](https://tc39.es/ecma262/#sec-math.imul)
fn b_imul(cx: &mut Isolate, args: Args) -> JsResult {
    let a = cx.to_int32(args.get(0))?;
    let b = cx.to_int32(args.get(1))?;
    Ok(Value::smi(a.wrapping_mul(b)))
}

/// [Math.max](https://tc39.es/ecma262/#sec-math.max)
fn b_max(cx: &mut Isolate, args: Args) -> JsResult {
    let mut m = f64::NEG_INFINITY;
    for i in 0..args.len() {
        m = max(m, cx.to_number(args.get(i))?);
    }
    Ok(Value::number(m))
}

/// [Math.min](https://tc39.es/ecma262/#sec-math.min)
fn b_min(cx: &mut Isolate, args: Args) -> JsResult {
    let mut m = f64::INFINITY;
    for i in 0..args.len() {
        m = min(m, cx.to_number(args.get(i))?);
    }
    Ok(Value::number(m))
}

/// [Math.hypot](https://tc39.es/ecma262/#sec-math.hypot)
fn b_hypot(cx: &mut Isolate, args: Args) -> JsResult {
    let mut numbers = List::with_capacity(cx, args.len());
    let (mut largest, mut nan) = (0f64, false);
    for i in 0..args.len() {
        let n = cx.to_number(args.get(i))?.abs();
        nan |= n.is_nan();
        largest = if n > largest { n } else { largest };
        numbers.push(cx, Value::number(n));
    }
    if largest == f64::INFINITY || largest == 0.0 || nan {
        let n = if largest == f64::INFINITY {
            largest
        } else if nan {
            f64::NAN
        } else {
            0.0
        };
        return Ok(Value::number(n));
    }
    // Scaled against overflow, with compensated summation.
    let (mut sum, mut compensation) = (0f64, 0f64);
    for v in numbers.as_slice() {
        let n = v.as_number() / largest;
        let summand = n * n - compensation;
        let preliminary = sum + summand;
        compensation = (preliminary - sum) - summand;
        sum = preliminary;
    }
    Ok(Value::number(sum.sqrt() * largest))
}

/// [Math.random](https://tc39.es/ecma262/#sec-math.random): a sequence that the schedule's seed decides.
fn b_random(cx: &mut Isolate, _: Args) -> JsResult {
    let bits = cx.random.next_u64() >> 11;
    Ok(Value::number(bits as f64 / (1u64 << 53) as f64))
}

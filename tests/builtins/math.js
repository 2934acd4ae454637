// Math.
print(Math.abs(-5), Math.abs("-3"), Math.abs(null), Math.ceil(1.2), Math.ceil(-0.5), Math.floor(-1.5), Math.round(2.5), Math.round(-2.5), Math.round(0.49999999999999994), 1 / Math.round(-0.2), Math.round(4503599627370495.5), Math.trunc(-1.9), 1 / Math.trunc(-0.5), Math.sign(-3), 1 / Math.sign(-0), Math.sign(NaN));
print(Math.max(), Math.min(), Math.max(1, NaN, 2), 1 / Math.max(-0, 0), 1 / Math.min(0, -0), Math.max("3", [4]), Math.min(1, 2, -1), Math.max(NaN, -Infinity));
print(Math.sqrt(2), Math.cbrt(27), Math.cbrt(-8), Math.hypot(), Math.hypot(3, 4), Math.hypot(3, 4, 5), Math.hypot(Infinity, NaN), Math.hypot(1e200, 1e200), Math.hypot(-3), Math.fround(5.5), Math.fround(5.05), Math.fround(1e40), Math.clz32(1), Math.clz32(0), Math.clz32(-1), Math.clz32(0.5), Math.imul(0xffffffff, 5), Math.imul(2, 4.9), Math.imul(65536, 65536));
print(Math.pow(2, 10), Math.pow(2, 0.5), Math.pow(NaN, 0), Math.pow(1, Infinity), Math.pow(-8, 1 / 3), Math.pow(0, -1), Math.pow(-0, -1), Math.pow(-0, 3), Math.pow(-Infinity, 0.5), Math.pow(4, -0.5));
print(Math.exp(0), Math.exp(1), Math.exp(-Infinity), Math.expm1(1e-10), Math.log(1), Math.log(0), Math.log(-1), Math.log2(8), Math.log2(3), Math.log10(1000), Math.log10(2), Math.log1p(1e-10), Math.E, Math.LN2);
print(Math.sin(0), Math.sin(1), Math.sin(1e5), Math.cos(1), Math.cos(0), Math.tan(1), Math.asin(1), Math.asin(2), Math.acos(0.5), Math.atan(1), Math.atan2(1, -1), Math.atan2(-0, -0), Math.atan2(0, -0), 1 / Math.sin(-0));
print(Math.sinh(1), Math.cosh(1), Math.tanh(1), Math.asinh(1), Math.acosh(2), Math.atanh(0.5), Math.atanh(1), Math.acosh(0.5), 1 / Math.asinh(-0), Math.sinh(-Infinity), Math.tanh(Infinity));
var r = true;
for (var i = 0; i < 100; i++) { var x = Math.random(); r = r && x >= 0 && x < 1; }
print(r, Object.prototype.toString.call(Math), Math.PI);
var log = [];
var v = n => ({ valueOf() { log.push(n); return NaN; } });
Math.max(v(1), v(2)), Math.atan2(v(3), v(4)), Math.hypot(v(5), v(6)), Math.pow(v(7), v(8)), Math.imul(v(9), v(10));
print(log);

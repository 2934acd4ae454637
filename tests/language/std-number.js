print((25).toString(2), (255).toString(16), (0.5).toString(2), (1e21).toString(), (1.005).toFixed(2), (2.5).toFixed(0), (-1.5).toFixed(0), (1234.5678).toFixed(1), (0).toFixed(3));
print((123.456).toPrecision(4), (0.00001).toPrecision(1), (1e21).toPrecision(3), (12345).toExponential(2), Number("0b11"), Number(""), Number(" 12\n"), Number("1_0"), Number("1e1000"));
print(parseInt("12px"), parseInt("0x1f"), parseInt("z", 36), parseFloat("3.14abc"), parseFloat(".5."), Number.isSafeInteger(2 ** 53), Number.EPSILON > 0, (5e-324).toString(), 1e-7, 123456789012345680000, 0.000001);
for (const bad of [() => (1).toFixed(101), () => (1).toString(1), () => Number.prototype.valueOf.call("x")]) try { bad(); } catch (e) { print(e.name); }
//> 11001 ff 0.1 1e+21 1.00 3 -2 1234.6 0.000
//> 123.5 0.00001 1.00e+21 1.23e+4 3 0 12 NaN Infinity
//> 12 31 35 3.14 0.5 false true 5e-324 1e-7 123456789012345680000 0.000001
//> RangeError
//> RangeError
//> TypeError

print(Math.max(), Math.min(), Math.max(1, NaN), Math.round(2.5), Math.round(-2.5), Math.round(0.49999999999999994), Math.sign(-0), 1 / Math.ceil(-0.5));
print(Math.floor(-1.5), Math.trunc(-1.5), Math.cbrt(27), Math.hypot(), Math.log2(8), Math.expm1(0), Math.fround(5.5), Math.imul(3, -4), Math.clz32(0), Math.abs(-5), Math.pow(2, 0.5), Math.atan2(0, -0));
//> -Infinity Infinity NaN 3 -2 0 0 -Infinity
//> -2 -1 3 0 3 0 5.5 -12 32 5 1.4142135623730951 3.141592653589793

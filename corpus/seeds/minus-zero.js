function neg(x) { return -x; }
function times(a, b) { return a * b; }
for (let i = 5; i > -5; i--) { neg(i); times(i, -i); }
print(1 / neg(0), 1 / times(0, -3), 1 / (-4 % 4), 1 / Math.round(-0.4), Object.is(0 * -1, -0));
print(1 / Math.min(0, -0), 1 / Math.max(-0, 0), 1 / (0 + -0), 1 / (-0 + -0), 1 / (-0 | 0));
//> -Infinity -Infinity -Infinity -Infinity true
//> -Infinity Infinity Infinity -Infinity Infinity

// F025 (V8 crbug 906870): Math.min and Math.max of zeros with different signs.
function low(x, y) { return Math.min(x + 0.5, y + 0.5); }
function high(x, y) { return Math.max(x * y, y * x * x); }
for (let i = 0; i < 60; i++) probe(low(i, 3.25)), probe(high(i + 0.5, -3.5));
probe(Math.min(0, -0));
function zeros(x, y) { return 1 / Math.min(x * 0.5, y * 0.5); }
for (let i = 1; i < 60; i++) probe(zeros(i, i + 1));
print(zeros(0, -0), zeros(-0, 0));
print(high(0, -1), 1 / high(0, -1), 1 / high(-0, -1));

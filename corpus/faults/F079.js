// schedule: tier=interpreter voter=reference
// F079 (V8 CVE-2020-16042): negative BigInts with low digits that are not zero, shifted by whole digits.
for (const n of [2n ** 130n, 2n ** 200n + 5n, 3n ** 99n]) print(-n >> 64n, -n >> 128n, -n >> 65n, n >> 64n, -n << -64n);

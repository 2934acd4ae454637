// schedule: tier=midtier
// Optimised code keeps the tick counter in a register. It did not look again after a call that cannot run
// JavaScript but takes ticks: the first evaluation of a regular expression literal compiles it.
for (var i = 0; i < 80; i++);
/a/;
print(/b/.test("b"), i);

// Needs nothing: the call (two callees, not inlined) changes the element that was loaded before.
function up(list) {
  list[0] = list[0] + 1;
}
function down(list) {
  list[0] = list[0] - 2;
}
function f(list, change) {
  let before = list[0];
  change(list);
  let after = list[0];
  return before + "," + after;
}
let list = [1, 1];
for (let i = 0; i < 60; i++) print(f(list, i % 3 ? up : down));
